/*
 * Consent: what guardians are asked, what they answered, and what follows from it.
 *
 * Staff ask (consent_ask.h) about one version of a sheet: may it be made, may these institutions
 * read sheets of its type, may it be handed over.  A guardian's answer is a commit with the
 * guardian's own key that names the version that was shown.  What counts now is worked out from
 * these files each time they are read (consent_book); the tables `share`, `ask` and `ask_wait` of
 * the index follow from it.
 */
#ifndef KARTE_FLOW_CONSENT_H
#define KARTE_FLOW_CONSENT_H

#include "vault/flow/actor.h"
#include "vault/flow/consent_file.h"
#include "vault/flow/decide.h"
#include "vault/flow/shield.h"
#include "vault/store/store.h"

/* A guardian of the child, or one who was when they were asked. */
struct consent_person {
	struct account account; /* id, and if it is not there any more nothing else */
	char relation[16];
	char suspended[DAY_ROOM];
	bool guardian; /* of the child now */
	struct shield shield;
};

/* All that was asked and said about a child, with the people whom it concerns. */
struct consent_book {
	struct app *app;
	char child[11];
	struct oid head; /* where it was read */
	struct consents all;
	struct consent_person *people;
	size_t npeople;
	const struct shield_facts *facts; /* of institutions; NULL: those of the index */
};

/*
 * Reads it at a version of the child's repository (NULL: the newest).  The people are those of the
 * index.  End with consent_close.
 */
enum status consent_open(struct consent_book **out, struct app *app, struct repo *repo,
			 struct span child, const struct oid *version);
/* The same of the newest version of a child's repository. */
enum status consent_open_child(struct consent_book **out, struct app *app, struct span child);
void consent_close(struct consent_book *b);

const struct consent_person *consent_person(const struct consent_book *b, struct span account);
/* Does the right of this person count on a day? */
bool consent_counts(const struct consent_person *p, struct day day);
/* May this person know that it was asked (支援措置): its sheet, who asks, and one of its items? */
bool consent_may_know(const struct consent_book *b, const struct ask *a,
		      const struct consent_person *p);
bool consent_may_know_item(const struct consent_book *b, const struct ask *a, size_t item,
			   const struct consent_person *p);
/* Was this account asked, and may it know? */
bool consent_is_for(const struct consent_book *b, const struct ask *a, struct span account);

/* The newest that somebody said to an ask; NULL: nothing. */
const struct reply *consent_last(const struct consent_book *b, const struct ask *a,
				 struct span account);
/* What of it still stands for one item: a later no to the same institution takes an agreement
   back. */
enum consent_word consent_stands(const struct consent_book *b, const struct ask *a, size_t item,
				 struct span account);
bool consent_cancelled(const struct consent_book *b, const struct ask *a);

/*
 * How an item, or the whole, stands on a day.  digest: of the text that the sheet has now (of
 * consent_digest); what was said about another does not count for making it.  Absent: any counts.
 */
enum consent_state consent_of_item(const struct consent_book *b, const struct ask *a, size_t item,
				   struct span digest, struct day today);
enum consent_state consent_of_ask(const struct consent_book *b, const struct ask *a,
				  struct span digest, struct day today);

/* Is this a section that an agreement can show to an institution of this kind? */
bool consent_can_show(const struct sheet_type *t, const struct section *s, enum role kind);

/* For the workflow: how the newest ask about making this sheet that was not taken back stands, for
   the text of this digest; as consent_of_sheet. */
enum consent_state consent_of_making(const struct consent_book *b, struct span type, struct span id,
				     struct span digest, struct day today);
/* Do guardians let an institution read sheets of a type on this day, and which sections ("": all)?
 */
bool consent_shares(const struct consent_book *b, struct span type, struct span institution,
		    struct day today, struct span *sections);

/* SHA-256 of a sheet's file without its line `status:`, which the workflow changes. */
enum status consent_digest(const struct sheet *s, char out[static CONSENT_DIGEST]);
/* The same of the stored sheet at a version (NULL: the newest). */
enum status consent_digest_at(struct app *app, struct repo *repo, const struct oid *version,
			      struct span type, struct span sheet, char out[static CONSENT_DIGEST]);

/* Of the newest version of the sheet that an ask is about; "" for a handover, or if it is gone. */
enum status consent_digest_now(const struct consent_book *b, const struct ask *a,
			       char out[static CONSENT_DIGEST]);

/* How the guardians' answers to what they were asked about making a sheet stand, for the version
   that there is now: one of the first five; taken back is CONSENT_DECLINED, too late
   CONSENT_WAITING, cancelled CONSENT_NOT_ASKED. */
enum status consent_of_sheet(struct app *app, struct span child, struct span type, struct span id,
			     enum consent_state *out);

/* Reads all answers of a child into the index, and its handovers; at a version (NULL: the newest),
 * as of a time. */
enum status consent_index(struct app *app, struct repo *repo, struct span child);
enum status consent_index_at(struct app *app, struct repo *repo, struct span child,
			     const struct oid *version, int64_t now);
/* The same after a sheet, or what child.md says, was changed; nothing if it was never asked about.
 */
enum status consent_sheet_changed(struct app *app, struct repo *repo, struct span child,
				  struct span type, struct span sheet);
enum status consent_family_changed(struct app *app, struct span child);

/* ---- one answer without an ask ------------------------------------------------------------ */

struct answer {
	struct span type;	 /* of the sheets */
	struct span institution; /* that may read them */
	bool agree;		 /* false: declined, or taken back */
};

/*
 * A guardian lets an institution read a type without having been asked (demo, import).  The
 * question's child and account: ST_DENIED (recorded) unless the account is a guardian of the
 * child.  ST_NOTFOUND: no such type or institution.
 */
enum status consent_answer(struct app *app, const struct actor *who, const struct question *q,
			   const struct answer *a);

#endif
