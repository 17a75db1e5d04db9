/* A vault with two administrators: one asks, the other confirms. */
#ifndef KARTE_TESTS_UNIT_FLOW_ADMINS_H
#define KARTE_TESTS_UNIT_FLOW_ADMINS_H

#include "flow_help.h"

static struct actor sato, mori;

static inline int make_people(void **state)
{
	if (make_vault(state))
		return -1;
	put_account("sato", ROLE_ADMIN, NULL);
	put_account("mori", ROLE_ADMIN, NULL);
	assert_ok(actor_account(&sato, app, SPAN("sato"), SPAN(PASSWORD)));
	assert_ok(actor_account(&mori, app, SPAN("mori"), SPAN(PASSWORD)));
	return 0;
}

static inline int end_people(void **state)
{
	actor_clear(&sato);
	actor_clear(&mori);
	return end_vault(state);
}

#endif
