/* What the files of law share.  Nobody else includes it. */
#ifndef KARTE_FLOW_LAW_IMPL_H
#define KARTE_FLOW_LAW_IMPL_H

#include "generator/base/arena.h"
#include "vault/access/access.h"
#include "vault/db/range.h"
#include "vault/flow/child_file.h"
#include "vault/flow/consent.h"
#include "vault/flow/law.h"
#include "vault/flow/shield.h"

/* ---- the registry in time ------------------------------------------------------------------- */

enum {
	REGISTRY_FILE = 64 * 1024,
	REGISTRY_MEMORY = 1024 * 1024, /* of one file, parsed */
};

enum law_kind {
	LAW_INSTITUTION,
	LAW_ACCOUNT,
	LAW_RANGE,
	LAW_KEY,
	LAW_POLICY,
	LAW_ASKED,
	LAW_TYPES
};

/* Settings that wait. */
struct law_asked {
	struct policy policy;
	char by[64];
};

/* From record n on it is so: a struct institution, account, range_row, key_row, policy, law_asked
   or types.  NULL: it is not there (any more). */
struct law_moment {
	enum law_kind kind;
	char id[FPR_ROOM];
	uint64_t n;
	size_t order;
	const void *row;
};

struct law {
	struct app *app;
	struct arena *arena;
	struct law_moment *moments; /* by kind, id, n, order */
	size_t count, room;
	struct law_change *changes; /* of the registry, in order */
	size_t nchanges;
	struct law_word *words;
	size_t nwords;
	int64_t words_since;
	struct types **sets; /* to be freed */
	size_t nsets;
	const struct types *first; /* what is older is judged by these */
	uint64_t paper_rule;	   /* the record from which it holds, and 1; 0: none */
};

/* How it was before record `at`; NULL: it was not. */
const void *law_row(const struct law *law, enum law_kind kind, struct span id, uint64_t at);
/* Calls each for every row of a kind that was there before `at`, in order of id. */
enum status law_each(const struct law *law, enum law_kind kind, uint64_t at,
		     enum status (*each)(void *ctx, const void *row), void *ctx);
/* An account with what its institution adds to it; false: there was none. */
bool law_account(const struct law *law, struct span id, uint64_t at, struct account *out);
const struct types *law_types(const struct law *law, uint64_t at);
struct policy law_policy(const struct law *law, uint64_t at);
/* The newest record of the registry before `n`, if its time is later than `since`; else n. */
uint64_t law_back(const struct law *law, uint64_t n, int64_t since);
/* Is the account's institution this one, or the one that goes on in its place? */
bool law_own(const struct law *law, const struct account *a, struct span institution, uint64_t at);
/* Did this account do this (release.confirm …) before record n, of this object or child?  Also if
   what is that old may have been pruned. */
bool law_said(const struct law *law, const char *event, struct span account, struct span object,
	      uint64_t n, int64_t t);

/* Did this account open the scan of a paper (its id) before record n?  As law_said. */
bool law_opened(const struct law *law, struct span account, struct span child, struct span paper,
		uint64_t n, int64_t t);
/* Had the registry recorded before `at` that what a paper agrees to needs a second person? */
bool law_paper_rule(const struct law *law, uint64_t at);

/* ---- a walk through one repository ---------------------------------------------------------- */

/* A sheet as it was at its newest version so far. */
struct law_kept {
	char name[2 * ID_MAX + 2]; /* TYPE/ID */
	char owner[ID_MAX + 1];	   /* whose work it is (vault/db/sheet.h); "": not known */
	struct oid blob;
	const struct types *types;
	struct sheet *sheet; /* NULL: not at hand */
};

struct law_walk {
	const struct law *law;
	struct repo *repo;
	struct repo_name name;
	char repository[REPO_TEXT];
	bool from_first;     /* every commit since the first was walked */
	struct child *child; /* child.md at the newest commit walked, if its id is known */
	bool has_child;
	struct oid child_at; /* the commit of which it was read */
	struct law_kept *kept;
	size_t nkept, kept_room, nsheets; /* nsheets: of kept with a sheet at hand */
	struct law_kept after;		  /* the sheet that this commit makes */
};

struct law_path {
	struct span path;
	enum change_kind kind;
	struct oid before, after;
};
enum { DEED_FINDINGS = 8, DEED_TEXT = 512 };

/* Who may do it. */
enum law_who {
	WHO_PERSON,   /* an account, as the check says */
	WHO_ADMIN,    /* an administrator, or the operator */
	WHO_OPERATOR, /* the vault itself, or its operator: os:USER */
	WHO_ANY,      /* an account that is good, or the operator */
};

struct deed;
/* A kind of change and a pattern of paths ("*" for anything but "/"), and how many of them. */
enum { CAN_ADD = 1, CAN_EDIT = 2, CAN_REMOVE = 4, CAN_PUT = CAN_ADD | CAN_EDIT };
struct law_touch {
	unsigned kinds;
	const char *path;
	size_t least, most;
};
enum { RULE_TOUCHES = 4 };
struct law_rule {
	const char *action;
	enum repo_kind kind;
	enum law_who who;
	bool sheet; /* has a trailer Karte-Sheet */
	struct law_touch touch[RULE_TOUCHES];
	enum status (*check)(struct deed *d);
};
const struct law_rule *law_rule(struct span action, enum repo_kind kind);

/* One commit before the law. */
struct deed {
	struct law_walk *w;
	const struct law *law;
	const struct version *v;
	const struct law_rule *rule;
	struct oid parent;
	bool has_parent;
	uint64_t n;
	int64_t t;
	uint64_t at;	/* the registry before this record is what counts */
	struct day day; /* the day that counts */
	const struct types *types;
	struct policy policy;
	bool operator; /* os:USER */
	struct span account;
	char action[65], who_text[ID_MAX + 1]; /* for what is said; "": too long to be one */
	struct account who;		       /* as it was; for the operator an administrator */
	struct arena *arena;		       /* for as long as this is judged */
	struct law_path *paths;		       /* the arena's */
	size_t npaths;
	struct {
		const char *code;
		char text[DEED_TEXT];
	} findings[DEED_FINDINGS];
	size_t nfindings;
};

/* Says what is wrong; the text needs no "who": that is put before it. */
void accuse(struct deed *d, const char *code, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));

/* The child as it was at the parent; ST_NOTFOUND. */
enum status deed_child(struct deed *d, const struct child **out);
/* Of a blob, at most `most` bytes; out is emptied first.  What is too large is ST_INVALID. */
enum status deed_blob(struct deed *d, const struct oid *blob, struct buf *out);

/* ---- rights --------------------------------------------------------------------------------- */

struct law_room {
	struct stay stays[STANDING_STAYS];
	struct range ranges[STANDING_RANGES];
};
/* The facts about an account and the child; about = false: no child. */
enum status law_facts(struct deed *d, const struct account *a, bool about, struct facts *f,
		      struct law_room *room);
/* What one guardian must not learn, as the child's file was; end with shield_clear. */
enum status law_shield(struct deed *d, const struct account *a, struct shield *out);
/* Consents at the parent, with their people as they were; end with law_book_end. */
struct law_book {
	struct consent_book book;
	struct shield_facts facts;
};
enum status law_book(struct deed *d, struct law_book **out);
void law_book_end(struct law_book *b);

/* What a decision is about, beside the account and the child. */
struct law_matter {
	struct span type, id, institution; /* of a sheet (or "files"); absent: the child */
	bool made;			   /* it is being made, for the account's own institution */
	struct span handover;		   /* one that opens the child to the institution */
};
enum status law_decide(struct deed *d, const struct account *a, enum action action,
		       const struct law_matter *m, struct decision *out);
/* The same for the one who did it; what is refused is accused (law.account, law.relation). */
enum status deed_decide(struct deed *d, enum action action, const struct law_matter *m,
			struct decision *out);
/* Administrators, never for themselves. */
void deed_admin(struct deed *d, enum action action, bool self, bool asked);
/* Is who did it staff whose own institution this is, by a decision that is not only for reading? */
bool deed_is_ours(const struct deed *d, const struct decision *dec, struct span institution);

/* ---- checks of the table -------------------------------------------------------------------- */

enum status law_child_md(struct deed *d);
enum status law_sheet_create(struct deed *d);
enum status law_sheet_save(struct deed *d);
enum status law_sheet_migrate(struct deed *d);
enum status law_sheet_step(struct deed *d);
enum status law_sheet_remove(struct deed *d);
enum status law_retention(struct deed *d);
enum status law_hold(struct deed *d);
enum status law_consent_ask(struct deed *d);
enum status law_consent_say(struct deed *d);
enum status law_consent_office(struct deed *d);
enum status law_handover(struct deed *d);
enum status law_handover_say(struct deed *d);
/* Whatever else is wrong: contents that are not those that their meta.md says (digest.file). */
enum status law_file_bytes(struct deed *d);
enum status law_file_add(struct deed *d);
enum status law_file_remove(struct deed *d);
enum status law_release(struct deed *d);
enum status law_institution(struct deed *d);
enum status law_people(struct deed *d);
enum status law_range(struct deed *d);
enum status law_setting(struct deed *d);
enum status law_type_change(struct deed *d);

/* "TYPE/ID" of sheets/TYPE/ID.md; absent for any other path. */
struct span law_sheet_name(struct span path);
/* The sheet of a path with this content, as the types then read it; *out NULL (and accused, if a
   code is given) if it cannot be read.  Belongs to the walk until the next sheet is asked for. */
enum status law_sheet(struct deed *d, const struct law_path *p, bool after, const char *code,
		      struct sheet **out);
/* The digest of a sheet's file without its status, at a commit or (NULL) the parent; "": none. */
enum status law_digest(struct deed *d, const struct oid *commit, struct span type, struct span id,
		       char out[static CONSENT_DIGEST]);
/* What follows a commit of a sheet that was judged. */
void law_follow(struct deed *d);

#endif
