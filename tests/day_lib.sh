# shellcheck shell=bash
# What a test does that says "today".

# one_day SECONDS: for so long "today" is one day, in UTC and in Japan; near midnight it waits for the
# next.
one_day() {
	local now left
	now=$(date +%s)
	for left in $((86400 - now % 86400)) $((86400 - (now + 9 * 3600) % 86400)); do
		[ "$left" -gt "$1" ] || sleep $((left + 1))
	done
}
