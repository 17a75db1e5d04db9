/*
 * What reach_past.c and past_set.c share.  Nobody else includes it.
 */
#ifndef KARTE_FLOW_PAST_IMPL_H
#define KARTE_FLOW_PAST_IMPL_H

#include "vault/flow/children.h"
#include "vault/flow/reach_past.h"
#include "vault/store/history.h"

enum { SETTERS_MAX = 512, SETTER_KEY = 96 };

/* Who wrote something down, and when: the newest first. */
struct setter {
	char key[SETTER_KEY], by[64];
	int64_t at;
};

struct past {
	struct app *app; /* as it is */
	struct app then; /* the same parts, but with the index of that day */
	struct span child;
	int64_t begin, end; /* the seconds that count, both included */
	bool found;
	struct oid registry;
	struct oid file; /* the newest version of the child's repository, then */
	struct child *as_it_was;
	struct setter setters[SETTERS_MAX];
	size_t nsetters;
	struct past_reader *readers;
	size_t nreaders, room;
};

/* The newest version of the registry that counts, or from a version back: fn as history_walk. */
enum status past_registry(struct past *p, const struct oid *from, history_fn fn, void *arg);

/* Notes who added what a version of child.md added. */
void past_note_child(struct past *p, const struct child_event *e);
/* Notes that an account gave a reason. */
void past_note_reason(struct past *p, struct span account, int64_t at);
/* Fills in set_by, set_at and confirmed_by of all readers. */
enum status past_who_set_it(struct past *p);

#endif
