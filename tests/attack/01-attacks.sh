#!/bin/bash
# An attacker's suite: a real vault is manipulated by somebody with root on its machine, without and
# with the vault's own key, and by people who take part with theirs.  Each manipulation is detected
# under the right name; what is lawful passes.
# shellcheck source=tests/attack/lib.sh
. "$(dirname "$0")/lib.sh"

HERE=$ROOT/tests/attack
make_sound
for part in ${PARTS:-lawful disk journal vault_key insider}; do
	# shellcheck source=/dev/null
	. "$HERE/$part.sh"
done
if [ -z "${PARTS:-}" ]; then
	holds "at least 60 manipulations were detected: $DETECTED" test "$DETECTED" -ge 60
	holds "at least ten lawful histories passed: $LAWFUL" test "$LAWFUL" -ge 10
fi
finish
