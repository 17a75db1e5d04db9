#include "generator/sheet/role.h"

static const struct {
	const char *name;
	const char *label;
	bool reads; /* may a sheet type name it */
} table[ROLE_COUNT] = {
    [ROLE_NOBODY] = {"nobody", "なし", false},	    [ROLE_HOUSEHOLD] = {"household", "家庭", true},
    [ROLE_NURSERY] = {"nursery", "園", true},	    [ROLE_SCHOOL] = {"school", "学校", true},
    [ROLE_HEALTH] = {"health", "保健", true},	    [ROLE_WELFARE] = {"welfare", "福祉", true},
    [ROLE_THERAPY] = {"therapy", "療育", true},	    [ROLE_BOARD] = {"board", "教育委員会", true},
    [ROLE_PROVIDER] = {"provider", "事業者", true}, [ROLE_AUDITOR] = {"auditor", "監査", false},
    [ROLE_ADMIN] = {"admin", "管理", false},
};

/* A number that is no role reads nothing, like nobody. */
static enum role known(enum role r)
{
	return (unsigned)r < ROLE_COUNT ? r : ROLE_NOBODY;
}

const char *role_name(enum role r)
{
	return table[known(r)].name;
}

const char *role_label(enum role r)
{
	return table[known(r)].label;
}

enum role role_find(struct span name)
{
	for (unsigned r = ROLE_NOBODY + 1; r < ROLE_COUNT; r++)
		if (span_is(name, table[r].name))
			return (enum role)r;
	return ROLE_NOBODY;
}

bool role_reads_content(enum role r)
{
	return table[known(r)].reads;
}
