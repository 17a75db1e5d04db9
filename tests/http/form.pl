#!/usr/bin/perl
# Forms as a browser would send them: one encoded name=value pair a line.
#
#	form.pl read HTML          the pairs of the <form class="edit"> of a page, as it stands
#	form.pl get FILE NAME      the value (the first, if there are several)
#	form.pl set FILE NAME VALUE    in place of all of this name; at the end if there is none
#	form.pl add FILE NAME VALUE    one more
#	form.pl drop FILE NAME         none of this name
#	form.pl typed FILE         the pairs of the sheet alone, sorted: what somebody typed
use strict;
use warnings;

sub slurp {
	my ($path) = @_;
	open my $in, '<:raw', $path or die "$path: $!\n";
	local $/;
	my $text = <$in>;
	return defined $text ? $text : '';
}

sub plain {    # what the markup means
	my ($s) = @_;
	my %named = (amp => '&', lt => '<', gt => '>', quot => '"', apos => "'");
	$s =~ s/&#(\d+);/chr $1/ge;
	$s =~ s/&(amp|lt|gt|quot|apos);/$named{$1}/g;
	return $s;
}

sub encode {
	my ($s) = @_;
	$s =~ s/([^A-Za-z0-9._~-])/sprintf '%%%02X', ord $1/ge;
	return $s;
}

sub pair { return encode($_[0]) . '=' . encode($_[1]) . "\n" }

sub attribute {
	my ($tag, $name) = @_;
	return $tag =~ /\s\Q$name\E="([^"]*)"/ ? plain($1) : undef;
}

sub read_form {
	my ($html) = @_;
	my ($out, $select) = ('', undef);
	$html =~ /<form[^>]*class="edit"[^>]*>(.*?)<\/form>/s or die "no form to fill in\n";
	my $form = $1;
	while ($form =~ /<(input|select|option|textarea)\b([^>]*)>/g) {
		my ($kind, $tag) = ($1, $2);
		my $name = attribute($tag, 'name');
		my $value = attribute($tag, 'value');
		if ($kind eq 'select') {
			$select = $name;
		} elsif ($kind eq 'option') {
			$out .= pair($select, $value) if $tag =~ /\sselected\b/;
		} elsif ($kind eq 'textarea') {
			$form =~ /\G\n?(.*?)<\/textarea>/gcs or die "a textarea without end\n";
			my $text = plain($1);
			$text =~ s/\r?\n/\r\n/g;
			$out .= pair($name, $text);
		} elsif (($tag =~ /type="(?:checkbox|radio)"/) ? $tag =~ /\schecked\b/ : defined $name) {
			$out .= pair($name, defined $value ? $value : '');
		}
	}
	return default_options($form, $out);
}

# A <select> without a chosen option sends its first one.
sub default_options {
	my ($form, $out) = @_;
	while ($form =~ /<select\b([^>]*)>(.*?)<\/select>/gs) {
		my ($tag, $options) = ($1, $2);
		next if $options =~ /<option[^>]*\sselected\b/ or $options !~ /<option\b([^>]*)>/;
		$out .= pair(attribute($tag, 'name'), attribute($1, 'value'));
	}
	return $out;
}

my ($do, $file, $name, $value) = @ARGV;
if ($do eq 'read') {
	print read_form(slurp($file));
	exit 0;
}
my @lines = map { "$_\n" } split /\n/, slurp($file);
my $key = defined $name ? encode($name) . '=' : '';
if ($do eq 'typed') {
	print sort grep { /^f\./ } @lines;
	exit 0;
}
if ($do eq 'get') {
	my ($line) = grep { index($_, $key) == 0 } @lines or exit 1;
	$line = substr $line, length $key;
	chomp $line;
	$line =~ s/%([0-9A-F]{2})/chr hex $1/ge;
	print $line;
	exit 0;
}
my ($first) = grep { index($lines[$_], $key) == 0 } 0 .. $#lines;
if ($do eq 'set' or $do eq 'drop') {
	@lines = grep { index($_, $key) != 0 } @lines;
}
if ($do eq 'set') {
	splice @lines, defined $first ? $first : scalar @lines, 0, pair($name, $value);
} elsif ($do eq 'add') {
	push @lines, pair($name, $value);
} elsif ($do ne 'drop') {
	die "form.pl: unknown: $do\n";
}
open my $out, '>:raw', $file or die "$file: $!\n";
print $out @lines;
close $out or die "$file: $!\n";
