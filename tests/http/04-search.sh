#!/bin/bash
# Finding a child: however the name is typed, and never one that is not one's own.
# shellcheck source=tests/lib.sh
. "$(dirname "$0")/../lib.sh"

V=$T/vault
demo_vault "$V"
must_serve
sign_in tanaka shimizu yoshida-f

SORA=c7k3m9q2v4 REN=c9d4x1e6pj YUI=c5v0g7b3yq YAMATO=c1z6w8n4ka SAKURA=c4f2j9s7mh AOI=cjn4p9x6ew
ALEXANDRA=c6q1a8z3fv

# search WHO TEXT: $FOUND is the ids of the rows, sorted
search() {
	fetch "$1" "/children" -G --data-urlencode "q=$2"
	FOUND=$(grep -o 'href="/children/c[0-9a-z]\{9\}"' "$T/body" | cut -d / -f 3 | tr -d '"' |
		sort | paste -sd ' ')
}

# finds WHO TEXT IDS SENTENCE
finds() {
	local ids
	search "$1" "$2"
	ids=$(tr ' ' '\n' <<<"$3" | sort | paste -sd ' ')
	is "$STATUS $FOUND" "200 $ids" "$4"
}

# ---- one child, many ways ------------------------------------------------------------------------

finds tanaka '𠮷田 そら' $SORA 'the whole name'
finds tanaka '𠮷田' $SORA 'the family name'
finds tanaka '田' $SORA 'one character of a name'
finds tanaka 'そら' $SORA 'two characters'
finds tanaka '𠮷田そら' $SORA 'the name without its space'
finds tanaka '吉田' $SORA '吉 finds 𠮷'
finds tanaka 'よしだ' $SORA 'hiragana'
finds tanaka 'ヨシダ' $SORA 'katakana'
finds tanaka 'ﾖｼﾀﾞ' $SORA 'half-width katakana'
finds tanaka 'よしだ　そら' $SORA 'a wide space between the words'
finds tanaka '  よしだ  ' $SORA 'spaces around'
finds tanaka '高橋' $YUI '高 finds 髙'
finds tanaka '髙橋' $YUI '髙 finds itself'
finds tanaka '崎山' $YAMATO '崎 finds 﨑'
finds tanaka '葛城' $SAKURA '葛 finds 葛 with a variation selector'
finds tanaka '伊東' $AOI 'another name'
finds shimizu 'フェルナンデス' $ALEXANDRA 'a word in the middle of a long name'
finds shimizu 'ふぇるなんです' $ALEXANDRA 'the same in hiragana'

# ---- birth dates ---------------------------------------------------------------------------------

finds tanaka '2017/5/12' $SORA 'a birth date with slashes'
finds tanaka 'H29.5.12' $SORA 'a birth date of the era'
finds tanaka '平成29年5月12日' $SORA 'a birth date in words'
finds tanaka '2017-05-12' $SORA 'a birth date as in the file'
finds tanaka '2017/5/13' '' 'another day finds nobody'
has "$T/body" '見つかりませんでした' 'and the page says so'

# ---- only one's own ------------------------------------------------------------------------------

finds tanaka '' "$SORA $YUI $YAMATO $SAKURA $AOI" 'without words a teacher sees the children of the school'
finds tanaka '蓮' '' 'a child of another school is not found'
finds tanaka '2015/11/20' '' 'nor by birth date'
lacks "$T/body" '髙橋 蓮' 'nor named'
finds shimizu '髙橋' "$REN $YUI" 'the board finds children of all schools'
finds yoshida-f '' "$SORA c2h8r5t0wn" 'a guardian sees the own children'
finds yoshida-f '髙橋' '' 'and no others'
search tanaka '%'
is "$STATUS $FOUND" '200 ' 'a percent sign is no wildcard'
search tanaka '_'
is "$STATUS $FOUND" '200 ' 'nor is a low line'
search tanaka "' OR 1=1 --"
is "$STATUS $FOUND" '200 ' 'words are never SQL'
search tanaka '"><script>alert(1)</script>'
is "$STATUS" 200 'markup is only text'
lacks "$T/body" '<script>alert' 'and comes back as text'
search tanaka "$(printf '%0300d' 0)"
is "$STATUS" 400 'a search of 300 characters is refused'

# ---- more than a page ----------------------------------------------------------------------------

stop TERM
for ((i = 10; i < 50; i++)); do
	karte child add --name "見本 $i" --kana 'みほん' --born "2020-01-01" --sex unknown ||
		flunk "child $i" "$(cat "$T/err")"
done
must_serve
search shimizu ''
is "$(wc -w <<<"$FOUND")" 50 'a page has fifty children'
has "$T/body" 'page=1' 'and a link to the next'
lacks "$T/body" 'page=-' 'but none to one before'
fetch shimizu '/children?q=&page=1'
is "$(grep -c 'href="/children/c[0-9a-z]\{9\}"' "$T/body")" 2 'the second page has the other two'
lacks "$T/body" 'page=2' 'and is the last'
has "$T/body" 'page=0' 'with a link back'
fetch shimizu '/children?q=%E8%A6%8B%E6%9C%AC&page=0'
lacks "$T/body" 'page=1' 'a search with 40 results has one page'
fetch shimizu '/children?page=99999999999999999999'
is "$STATUS" 200 'a page number without sense is the first page'

# ---- what is recorded ----------------------------------------------------------------------------

karte log --json --event child.list --account shimizu
has "$T/out" '"object":"n=50"' 'how many were shown is recorded'
karte log --json
lacks "$T/out" '髙橋' 'but not what was searched for'

finish
