#include "vault/flow/file_gate.h"

static bool is_named(const char *list, struct span id)
{
	struct span rest = span_of(list);

	while (rest.p)
		if (span_eq(span_cut(&rest, ','), id))
			return true;
	return false;
}

bool file_gate(const struct file_facts *f)
{
	const struct decision *d = f->decision;

	if (f->recalled || !d->allow || f->shielded)
		return false;
	if (d->as == ROLE_HOUSEHOLD)
		return f->mine || (role_in(ROLE_HOUSEHOLD, f->readers) && !f->staff_only);
	switch (d->relation) {
	case REL_OWN:
		return true;
	case REL_SHARED:
		if (!d->only[0])
			return role_in(d->as, f->readers);
		return is_named(d->only, f->id) ||
		       (d->reason != WHY_HANDOVER && f->open && role_in(d->as, f->readers));
	case REL_ELSEWHERE:
		return f->open && role_in(d->as, f->readers);
	default:
		return false;
	}
}
