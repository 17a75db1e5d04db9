/*
 * A municipality made at random from a seed: institutions, accounts of every role, children with
 * stays, guardians, protections and sheets, shares, ranges, reasons given, and the settings.  The
 * test keeps all of it as raw facts; the vault gets the same.
 */
#ifndef KARTE_TESTS_UNIT_PROPERTY_ACCESS_WORLD_H
#define KARTE_TESTS_UNIT_PROPERTY_ACCESS_WORLD_H

#include "tests/unit/property_access_child.h"
#include "vault/db/share.h"

/* ---- what lies between ----------------------------------------------------------------------- */

static inline void make_range(unsigned i)
{
	static const char *const states[] = {"in-force",  "in-force", "in-force",
					     "end-asked", "asked",    "ended"};
	static const char *const types[] = {"", "", "kyoiku-shien", "shugaku-shien"};
	static const char *const sections[] = {"", "", "contact", "goals", "wishes"};
	struct range_row *r = &world.ranges[i];

	*r = (struct range_row){.opens = one_in(2), .write = one_in(3), .asked_by = "os:x"};
	snprintf(r->id, sizeof r->id, "range-%02u", i);
	snprintf(r->state, sizeof r->state, "%s", states[random_below(6)]);
	snprintf(r->type, sizeof r->type, "%s", types[random_below(4)]);
	snprintf(r->section, sizeof r->section, "%s", sections[random_below(5)]);
	if (one_in(3))
		memcpy(r->institution, world.institutions[random_below(INSTITUTIONS)].id,
		       sizeof r->institution);
	else
		memcpy(r->account, world.accounts[random_below(ACCOUNTS)].id, sizeof r->account);
	if (one_in(4))
		memcpy(r->children_of, world.institutions[random_below(INSTITUTIONS)].id,
		       sizeof r->children_of);
	else if (!one_in(4))
		memcpy(r->child, world.children[random_below(CHILDREN)].child.row.id,
		       sizeof r->child);
	put_day(r->since, between(-3, 1));
	if (one_in(2))
		put_day(r->until, between(-2, 3));
	assert_ok(range_put(app->db, r));
}

/* A handover lets read one version of one sheet, and more often than not the newest. */
static inline void make_handed(struct share_fact *s)
{
	const struct child_fact *c = &world.children[s->child];

	snprintf(s->source, sizeof s->source, "h%u", random_below(40));
	s->sheet = &c->sheets[random_below((uint32_t)c->nsheets)];
	s->type = s->sheet->type;
	s->version = one_in(4) ? 0 : s->sheet->versions - 1;
	put_day(s->since, between(-3, 1));
	if (!one_in(3))
		put_day(s->until, between(-1, 3));
}

static inline bool same_share(const struct share_fact *a, const struct share_fact *b)
{
	return a->child == b->child && a->institution == b->institution && a->type == b->type &&
	       a->sheet == b->sheet && !strcmp(a->source, b->source);
}

static inline void make_share(unsigned i)
{
	static const char *const sections[] = {"", "goals", "contact,wishes", "goals,body,office",
					       "staff,goals,nothing"};
	struct share_fact *s = &world.shares[i];

	*s = (struct share_fact){.child = random_below(CHILDREN),
				 .institution = random_below(INSTITUTIONS),
				 .type = types_at(app->types, random_below(2)),
				 .sections = sections[random_below(5)]};
	if (i % 3)
		make_handed(s);
	for (unsigned k = 0; k < i; k++)
		if (same_share(&world.shares[k], s))
			world.shares[k].type = NULL; /* the newer is put in its place */
	assert_ok(share_put(
	    app->db, &(struct share){.child = span_of(world.children[s->child].child.row.id),
				     .type = s->type->id,
				     .institution = span_of(world.institutions[s->institution].id),
				     .source = span_of(s->source),
				     .sheet = s->sheet ? span_of(s->sheet->id) : SPAN_NONE,
				     .version = s->sheet ? span_of(s->sheet->rows[s->version].id)
							 : SPAN_NONE,
				     .sections = span_of(s->sections),
				     .since = span_of(s->since),
				     .until = span_of(s->until)}));
}

/* Some have run out; the newest of two for the same account and child counts: only one is made. */
static inline void make_glass(unsigned i)
{
	struct glass_row *g = &world.glasses[i];
	const long long now = (long long)time(NULL);

	*g = (struct glass_row){.since = now - 7200, .until = one_in(4) ? now - 3600 : now + 7200};
	memcpy(g->account, world.accounts[24 + random_below(ACCOUNTS - 24)].id, sizeof g->account);
	memcpy(g->child, world.children[random_below(CHILDREN)].child.row.id, sizeof g->child);
	for (unsigned k = 0; k < i; k++)
		if (!strcmp(world.glasses[k].account, g->account) &&
		    !strcmp(world.glasses[k].child, g->child)) {
			*g = (struct glass_row){.since = 0};
			return;
		}
	assert_ok(glass_put(app->db, g));
}

static inline void make_world(uint64_t seed)
{
	random_state = seed;
	random_below(2);
	make_policy();
	make_institutions();
	for (unsigned i = 0; i < ACCOUNTS; i++)
		make_account(i);
	for (unsigned i = 0; i < CHILDREN; i++)
		make_child(i);
	for (unsigned i = 0; i < RANGES; i++)
		make_range(i);
	for (unsigned i = 0; i < SHARES; i++)
		make_share(i);
	for (unsigned i = 0; i < GLASSES; i++)
		make_glass(i);
}

#endif
