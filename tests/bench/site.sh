#!/bin/sh
# Builds 10,000 sheets with karte and with Hugo, from the same bytes, by turns, and prints the
# times and their ratio.
#
#   tests/bench/site.sh [RUNS]        KARTE: the program; BUILD: where the files may lie
#
# The sheets are those of content/demo, given to 1,000 children, filled up to about 8 KB each with
# further text of their own.  Both write whole HTML pages to empty folders; Hugo gets the plainest
# templates that make a page and a list of each child.
set -eu

cd "$(dirname "$0")/../.."
BUILD=${BUILD:-build}
KARTE=${KARTE:-$BUILD/karte}
RUNS=${1:-3}
CHILDREN=1000
BYTES=8192
WORK=$BUILD/bench/site

fill_sheets() {
	rm -rf "$WORK"
	mkdir -p "$WORK/sheets"
	# Ten sheets for each child, of as many years; the same sentence is added to every text of a
	# sheet until the file is long enough.
	find content/demo/sheets -path '*/kyoiku-shien/*.md' | sort | LC_ALL=C awk \
		-v children=$CHILDREN -v bytes=$BYTES -v work="$WORK/sheets" '
		BEGIN {
			more = "朝の会の前に、担任が**今日の予定**を黒板の左に書きます。"
			count = 0
		}
		function load(file,    line, s, n, k, add) {
			n = 0
			while ((getline line < file) > 0) {
				s = s line "\n"
				n += line ~ /^### /
			}
			close(file)
			add = ""
			for (k = bytes - length(s); k > n * length(more) / 2; k -= n * length(more))
				add = add more
			gsub(/\n### [^\n]*\n/, "&\n" add "\n", s)
			text[count++] = s
		}
		{ load($0) }
		END {
			for (c = 0; c < children; c++) {
				child = sprintf("c%09d", c)
				dir = work "/" child "/kyoiku-shien"
				system("mkdir -p " dir)
				for (y = 2017; y < 2027; y++) {
					s = text[(c * 10 + y) % count]
					sub(/\nid: [^\n]*/, "\nid: \"" y "\"", s)
					sub(/\nchild: [^\n]*/, "\nchild: " child, s)
					file = dir "/" y ".md"
					printf "%s", s > file
					close(file)
				}
			}
		}'
}

make_hugo() {
	mkdir -p "$WORK/hugo/layouts/_default"
	cat >"$WORK/hugo/config.toml" <<'END'
baseURL = "/"
title = "sheets"
disableKinds = ["taxonomy", "term", "RSS", "sitemap", "404"]
relativeURLs = true
END
	cat >"$WORK/hugo/layouts/_default/single.html" <<'END'
<!DOCTYPE html>
<html lang="ja"><head><meta charset="utf-8"><title>{{ .Title }}</title></head>
<body><h1>{{ .Title }}</h1>
{{ range $k, $v := .Params.values }}<p>{{ $k }}: {{ $v }}</p>{{ end }}
{{ .Content }}</body></html>
END
	cat >"$WORK/hugo/layouts/_default/list.html" <<'END'
<!DOCTYPE html>
<html lang="ja"><head><meta charset="utf-8"><title>{{ .Title }}</title></head>
<body><h1>{{ .Title }}</h1><ul>
{{ range .Pages }}<li><a href="{{ .RelPermalink }}">{{ .Title }}</a></li>{{ end }}
</ul></body></html>
END
	ln -s ../sheets "$WORK/hugo/content"
}

# Seconds that a command takes; the sheets are read before, so that each finds them in memory.
timed() {
	find "$WORK/sheets" -name '*.md' -print0 | xargs -0 cat >/dev/null
	from=$(date +%s.%N)
	"$@" >"$WORK/log" 2>&1 || {
		cat "$WORK/log" >&2
		exit 1
	}
	echo "$(date +%s.%N) $from" | awk '{ printf "%.2f", $1 - $2 }'
}

# Each run has folders of its own: a file system may be slow to use again what was just deleted.
build_karte() {
	"$KARTE" build --role school -o "$WORK/out-karte-$run" --sheets "$WORK/sheets" \
		--types content/types --theme themes/standard
}

build_hugo() {
	hugo --quiet --noTimes -s "$WORK/hugo" -d "../out-hugo-$run"
}

command -v hugo >/dev/null || {
	echo "hugo is not installed" >&2
	exit 69
}
fill_sheets
make_hugo
XDG_STATE_HOME=$(pwd)/$WORK/state
case $BUILD in /*) XDG_STATE_HOME=$WORK/state ;; esac
export XDG_STATE_HOME
echo "$(find "$WORK/sheets" -name '*.md' | wc -l) sheets," \
	"$(find "$WORK/sheets" -name '*.md' -print0 | xargs -0 cat | wc -c) bytes"

best_karte=1000000
best_hugo=1000000
run=1
while [ "$run" -le "$RUNS" ]; do
	k=$(timed build_karte)
	h=$(timed build_hugo)
	again=$(timed build_karte)
	echo "run $run: karte $k s, hugo $h s, karte again with nothing changed $again s"
	best_karte=$(echo "$best_karte $k" | awk '{ print $1 < $2 ? $1 : $2 }')
	best_hugo=$(echo "$best_hugo $h" | awk '{ print $1 < $2 ? $1 : $2 }')
	run=$((run + 1))
done
echo "pages: karte $(find "$WORK/out-karte-1" -name '*.html' | wc -l)," \
	"hugo $(find "$WORK/out-hugo-1" -name '*.html' | wc -l)"
echo "$best_karte $best_hugo" | awk '{ printf "best: karte %s s, hugo %s s, karte takes %.3f of hugo\n", $1, $2, $1 / $2 }'
[ -n "${KEEP:-}" ] || rm -rf "$WORK"
