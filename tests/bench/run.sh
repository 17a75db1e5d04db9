#!/usr/bin/env bash
# Every figure of docs/performance.md, as a ratio against a peer in the same run.
#
# BUILD: the build folder.  KARTE: the program.  SECONDS_EACH: of each load (5).  ONLY: one of
# access, pdf, karte, site, save, page, signin, scope, memory, journal, search, store, verify.
# RECORDS: of the journal that is searched (5,000,000, which takes some minutes).
set -eu
cd "$(dirname "$0")/../.."
: "${BUILD:=build}" "${KARTE:=$PWD/build/karte}" "${SECONDS_EACH:=5}" "${ONLY:=}"
work=$(mktemp -d "${TMPDIR:-/tmp}/karte-bench.XXXXXX")
pids=()
cleanup() {
	for p in "${pids[@]}"; do kill "$p" 2>/dev/null || true; done
	wait 2>/dev/null || true
	rm -rf "$work"
}
trap cleanup EXIT

want() { [ -z "$ONLY" ] || [ "$ONLY" = "$1" ]; }
account=tanaka
password=haru-no-kaze-ga-fuku
sheet=/children/c7k3m9q2v4/sheets/kyoiku-shien/2026

serve() { # VAULT: sets url and server
	"$KARTE" -C "$1" serve --listen 127.0.0.1:0 >"$work/url" 2>"$work/serve.err" &
	server=$!
	pids+=("$server")
	for _ in $(seq 100); do
		[ -s "$work/url" ] && break
		sleep 0.1
	done
	url=$(head -n 1 "$work/url")
}
leave() { # ends the server
	kill "$server" 2>/dev/null || true
	wait "$server" 2>/dev/null || true
}
ratio() { awk -v a="$1" -v b="$2" 'BEGIN { printf "%.2f", a / b }'; }
rate() { # URL [HEADER]: requests a second, 64 connections
	wrk -t 2 -c 64 -d "${SECONDS_EACH}s" ${2:+-H "$2"} "$1" | awk '/^Requests\/sec/ { print $2 }'
}

if want access; then
	echo "== decisions"
	"$BUILD/bench/access"
fi
if want pdf; then
	echo "== one-page PDF (at most 3 ms and 40 KB, warm)"
	echo "a demo sheet as a household gets it:"
	"$BUILD/bench/pdf" 200 content/demo/sheets/c5v0g7b3yq/kyoiku-shien/2026.md content/types household
	echo "a page as full as can be:"
	"$BUILD/bench/pdf"
fi
if want karte; then
	echo "== pages of a long PDF (60 under 150 ms, each page as cheap as the others)"
	"$BUILD/bench/pages"
	echo "== the karte of a child with 120 sheets (at most 3 times that of one with one)"
	tests/bench/karte.sh "$work"
fi
if want journal; then
	echo "== journal (10,000 durable looks a second)"
	"$BUILD/bench/journal" | tee "$work/journal"
	record=$(awk '/^save,  1 / { for (i = 1; i < NF; i++) if ($i == "p50") print $(i + 1) }' "$work/journal")
	whole=$("$BUILD/bench/store" | awk '/^prepare and move/ { for (i = 1; i <= NF; i++) if ($i ~ /^[0-9]+\.[0-9]+$/) { print $i; exit } }')
	echo "of a save $whole ms, its record $record ms more: ratio $(ratio "$record" "$whole")"
fi
if want verify; then
	echo "== the proof of 100,000 versions in ten years (at least 8 times git verify-commit)"
	tests/bench/verify.sh "$work"
fi
if want search; then
	echo "== searching two years of the journal (under 100 ms, 10,000 durable records a second)"
	"$BUILD/bench/search"
fi
if want store; then
	echo "== store"
	"$BUILD/bench/store"
fi
if want site; then
	echo "== 10,000 sheets to HTML, beside Hugo (at most a quarter of its time)"
	tests/bench/site.sh
fi
if want save || want page; then
	"$KARTE" demo "$work/demo" >/dev/null 2>&1
	serve "$work/demo"
fi
if want save; then
	echo "== a save over HTTPS (at most 4 GPGME signatures at the median)"
	saved=$(python3 tests/bench/save.py "$url" "$account" "$password" "$sheet" 60)
	signature=$("$BUILD/bench/store" | awk '/signature/ { for (i = 1; i <= NF; i++) if ($i ~ /^[0-9.]+$/) { print $i; exit } }')
	echo "save $saved ms, signature $signature ms, ratio $(ratio "$saved" "$signature")"
fi
if want page; then
	echo "== a page with its durable record over TLS, 64 connections (at least a fifth of nginx)"
	cookie=$(python3 tests/bench/cookie.py "$url" "$account" "$password")
	mkdir -p "$work/www"
	curl -sk -H "Cookie: $cookie" "$url$sheet" -o "$work/www/page.html"
	cat >"$work/nginx.conf" <<-NGINX
		daemon off; worker_processes 2; pid $work/nginx.pid; error_log $work/nginx.err;
		events { worker_connections 1024; }
		http {
			access_log off; keepalive_requests 100000000; default_type text/html;
			client_body_temp_path $work/t1; proxy_temp_path $work/t2;
			fastcgi_temp_path $work/t3; uwsgi_temp_path $work/t4; scgi_temp_path $work/t5;
			server {
				listen 127.0.0.1:18453 ssl; root $work/www;
				ssl_certificate $work/demo/tls/cert.pem;
				ssl_certificate_key $work/demo/tls/key.pem;
			}
		}
	NGINX
	chmod 755 "$work" "$work/www"
	nginx -p "$work" -c "$work/nginx.conf" 2>/dev/null &
	pids+=("$!")
	sleep 1
	rate https://127.0.0.1:18453/page.html >/dev/null
	for _ in 1 2 3; do
		peer=$(rate https://127.0.0.1:18453/page.html)
		ours=$(rate "$url$sheet" "Cookie: $cookie")
		echo "karte $ours/s, nginx $peer/s, ratio $(ratio "$ours" "$peer"), $(stat -c %s "$work/www/page.html") bytes"
	done
fi
if want signin; then
	echo "== signing in over HTTPS, beside one Argon2id hash (a password: two of them)"
	"$KARTE" demo "$work/signin" >/dev/null 2>&1
	serve "$work/signin"
	read -r right wrong code < <("$KARTE" demo --accounts |
		awk '{ print $1, $2 == "staff" ? $4 : $3 }' | python3 tests/bench/sign_in.py "$url")
	hash=$("$BUILD/bench/hash")
	echo "right password $right ms, wrong $wrong ms, code $code ms, hash $hash ms," \
		"ratio $(ratio "$right" "$hash")"
	leave
fi
if want scope; then
	echo "== pages with 10,000 children of the institution beside 50 (at most 1.2 times)"
	for size in 50 10000; do
		"$KARTE" demo "$work/scope$size" >/dev/null 2>&1
		"$BUILD/bench/scope" "$work/scope$size" aozora-es "$size"
		serve "$work/scope$size"
		cookie=$(python3 tests/bench/cookie.py "$url" "$account" "$password")
		for path in "$sheet" /children/c7k3m9q2v4 '/children?q=そら' /children; do
			encoded=${path/そら/%E3%81%9D%E3%82%89}
			rate "$url$encoded" "Cookie: $cookie" >/dev/null
			echo "$path $(rate "$url$encoded" "Cookie: $cookie")" >>"$work/scope.$size"
		done
		leave
		: >"$work/url"
	done
	paste -d ' ' "$work/scope.50" "$work/scope.10000" |
		awk '{ printf "%-48s %8.0f/s %8.0f/s  %.2f times\n", $1, $2, $4, $2 / $4 }'
fi
if want memory; then
	echo "== resident memory with 1,000 children and 64 connections (under 64 MB)"
	"$KARTE" demo "$work/thousand" >/dev/null 2>&1
	for i in $(seq 988); do
		"$KARTE" -C "$work/thousand" child add --name "見本 $i" --kana "みほん $i" \
			--born "20$((10 + i % 10))-0$((1 + i % 9))-1$((i % 10))" --sex unknown >"$work/id"
		"$KARTE" -C "$work/thousand" enrol "$(cat "$work/id")" aozora-es --from 2024-04-01
	done
	serve "$work/thousand"
	cookie=$(python3 tests/bench/cookie.py "$url" "$account" "$password")
	rate "$url$sheet" "Cookie: $cookie" >/dev/null
	rate "$url/children?q=" "Cookie: $cookie" >/dev/null
	curl -sk -H "Cookie: $cookie" "$url$sheet.pdf" -o /dev/null
	awk '/VmRSS|VmHWM/ { printf "%s %.1f MB\n", $1, $2 / 1024 }' "/proc/$server/status"
fi
