#!/usr/bin/perl
# RFC 6962 by hand: recomputes the root of a journal from the bytes of its records and compares it
# with the checkpoint, and the leaf hashes with the tiles of level 0.  Shares no code with the vault.
#
#	merkle.pl JOURNAL        "SIZE ROOT", hexadecimal; exit 1 with the reason if something differs
#	merkle.pl JOURNAL SIZE   the root of the first SIZE records
use strict;
use warnings;
use Digest::SHA qw(sha256);
use MIME::Base64 qw(decode_base64);

my ($dir, $upto) = @ARGV;

sub slurp {
	my ($path) = @_;
	open my $in, '<:raw', $path or die "$path: $!\n";
	local $/;
	my $text = <$in>;
	return defined $text ? $text : '';
}

# The records of all classes, put in order by their number.
my @leaf;
for my $file (glob "$dir/bodies/*/*.jsonl") {
	for my $line (split /\n/, slurp($file)) {
		$line =~ /^\{"n":(\d+),"t":"/ or die "$file: not a record: $line\n";
		die "record $1 is there twice\n" if defined $leaf[$1];
		$leaf[$1] = sha256("\0" . $line);
	}
}
for my $n (0 .. $#leaf) {
	die "record $n is missing\n" unless defined $leaf[$n];
}

# MTH of RFC 6962, section 2.1: split at the largest power of two below the size.
sub root {
	my ($from, $n) = @_;
	return sha256('') if $n == 0;
	return $leaf[$from] if $n == 1;
	my $k = 1;
	$k *= 2 while $k * 2 < $n;
	return sha256("\1" . root($from, $k) . root($from + $k, $n - $k));
}

if (defined $upto) {
	die "only ", scalar @leaf, " records\n" if $upto > @leaf;
	print "$upto ", unpack('H*', root(0, $upto)), "\n";
	exit 0;
}

my (undef, $size, $hash) = split /\n/, slurp("$dir/checkpoint");
my $root = root(0, scalar @leaf);
die "the checkpoint says $size records, there are ", scalar @leaf, "\n" if $size != @leaf;
die "the checkpoint has another root\n" if decode_base64($hash) ne $root;

# Tiles of level 0: 256 leaf hashes each, the last one in a folder of its width.
for (my $tile = 0; $tile * 256 < @leaf; $tile++) {
	my $width = @leaf - $tile * 256;
	my $path = sprintf '%s/tile/0/%03d', $dir, $tile;
	$path .= ".p/$width" if $width < 256;
	$width = 256 if $width > 256;
	die "$path differs from the records\n"
	  if slurp($path) ne join '', @leaf[$tile * 256 .. $tile * 256 + $width - 1];
}
print "$size ", unpack('H*', $root), "\n";
