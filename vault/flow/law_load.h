/* What the files that load the law share.  Nobody else includes it. */
#ifndef KARTE_FLOW_LAW_LOAD_H
#define KARTE_FLOW_LAW_LOAD_H

#include "vault/flow/law_impl.h"

/* The registry as it is replayed. */
struct loading {
	struct law *law;
	struct repo *repo;
	const struct oid *commit;
	uint64_t n;
	bool types; /* this commit changed some */
	law_tell *tell;
	void *ctx;
};

/* Room for one more; NULL: no memory (then the list is as it was). */
void *law_grown(void *list, size_t n, size_t *room, size_t size);
enum status law_add_moment(struct law *law, enum law_kind kind, struct span id, uint64_t n,
			   const void *row);

/* law_types.c: the types that stand in l->commit, from l->n on. */
enum status law_load_types(struct loading *l);
/* Those in use must be those that were recorded last. */
void law_check_in_use(struct loading *l);

/* law_gather.c: what law needs of the journal. */
struct gathering {
	struct law_change *changes;
	struct law_word *words;
	size_t nchanges, changes_room, nwords, words_room;
	int64_t words_since;
	enum status st;
};

enum status law_gather(struct app *app, struct gathering *g);
/* Words alone, since a time. */
enum status law_gather_words(struct app *app, int64_t from, struct gathering *g);

#endif
