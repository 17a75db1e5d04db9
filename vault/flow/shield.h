/*
 * 支援措置: what one guardian must not learn of one child, whatever page, paper or list it would
 * stand on.  Loaded once for an answer, asked wherever a name goes out.
 */
#ifndef KARTE_FLOW_SHIELD_H
#define KARTE_FLOW_SHIELD_H

#include "vault/app.h"
#include "vault/db/child.h"
#include "vault/db/sheet.h"

enum { SHIELD_WORDS = 256, SHIELD_INSTITUTIONS = 16, SHIELD_SHEETS = 32 };

struct shield {
	struct span words[SHIELD_WORDS]; /* for struct reader; spans into `text`.  Also the numbers
					    of institutions that are kept, or whose name has one */
	size_t nwords;
	/* those that are protected, and those that go on in their place */
	char institutions[SHIELD_INSTITUTIONS][ID_MAX + 1];
	size_t ninstitutions;
	char sheets[SHIELD_SHEETS][2 * ID_MAX + 2]; /* TYPE/ID */
	size_t nsheets;
	struct buf text;
};

/*
 * For a household's account what is kept from it; for an auditor the words (an address) that are
 * kept from any guardian: nobody needs them to see what was changed.  Empty for everybody else, and
 * without a child.  ST_TOOBIG when there are more
 * protections than fit: then show nothing.  Always end with shield_clear.
 */
enum status shield_load(struct shield *s, struct app *app, struct span child,
			const struct account *who);
/* The same from other facts than the index has, such as those of another time. */
struct shield_facts {
	void *ctx;
	enum status (*protections)(void *ctx,
				   enum status (*each)(void *, const struct protection *),
				   void *arg);
	enum status (*institution)(void *ctx, struct span id, struct institution *out);
	enum status (*institutions)(void *ctx,
				    enum status (*each)(void *, const struct institution *),
				    void *arg);
};
enum status shield_load_from(struct shield *s, const struct shield_facts *f,
			     const struct account *who);
void shield_clear(struct shield *s);

bool shield_hides_institution(const struct shield *s, const char *institution);
/* Staff of such an institution: their name would tell of it. */
bool shield_hides_account(const struct shield *s, const struct account *a);
/* The text, or what is said instead because a word stands in it. */
struct span shield_say(const struct shield *s, struct span text, struct span instead);
/* What an institution is called, or SHIELD_PLACE if it or a word of its name is kept. */
#define SHIELD_PLACE "関係機関"
struct span shield_place(const struct shield *s, const struct institution *i);
/* Somebody's name; SPAN_NONE if it is kept, or the place where they work is. */
struct span shield_person(const struct shield *s, const struct account *a);
/* The sheet, or everything of the institution that wrote it. */
bool shield_hides_sheet(const struct shield *s, const struct sheet_row *row);

#endif
