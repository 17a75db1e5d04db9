#include "vault/access/access_impl.h"

static const struct policy strictest = {
    .admin_reads = ADMIN_READS_NEVER, .staff_second_factor = true, .both_guardians = true};

const struct policy *policy_of(const struct facts *f)
{
	return f->policy ? f->policy : &strictest;
}

void policy_default(struct policy *p)
{
	*p = (struct policy){
	    .lead_days = 30,
	    .tail_days = 30,
	    .admin_reads = ADMIN_READS_REASON,
	    .glass_minutes = 0,
	    .staff_second_factor = true,
	};
}

bool policy_widens(const struct policy *a, const struct policy *b)
{
	a = a ? a : &strictest;
	b = b ? b : &strictest;
	return b->lead_days > a->lead_days || b->tail_days > a->tail_days ||
	       b->admin_reads > a->admin_reads || b->glass_minutes > a->glass_minutes ||
	       b->staff_second_factor < a->staff_second_factor ||
	       b->both_guardians < a->both_guardians;
}

bool access_needs_factor(const struct policy *p, enum role role)
{
	return !p || p->staff_second_factor || !role_in(role, STAFF);
}
