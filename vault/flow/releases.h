/*
 * 配布: a letter and files for the families of several children.  No such thing goes out on one
 * person's word: a second person opens the list of all who will get it, by name, with the first
 * page of each attachment, and confirms that list and no other; then it waits, and can be stopped;
 * then the server gives it, child by child; and it can be taken back with one press.
 *
 *	release_prepare   a draft: title, message, files kept aside (stage.h), children
 *	release_ask …     the steps of people (release_state.h)
 *	release_chore     the steps of the server, resumed after a crash, nothing twice
 *
 * Every step is recorded ("release.ask" …) with an id and counts, never with names.  Mistakes are
 * ST_INVALID with a sentence in Japanese; ST_DENIED: refused and recorded; ST_STALE: somebody else
 * was first, or the list is not any more what was shown.
 */
#ifndef KARTE_FLOW_RELEASES_H
#define KARTE_FLOW_RELEASES_H

#include "vault/db/child.h"
#include "vault/db/release.h"
#include "vault/flow/actor.h"
#include "vault/flow/files.h"
#include "vault/flow/release_state.h"

enum {
	RELEASE_CHILDREN = 120,	  /* of one release */
	RELEASE_ATTACHMENTS = 10, /* beside the letter */
	RELEASE_MESSAGE_CHARS = 1000,
	RELEASE_GUARDIANS = 8, /* of a child, that are shown */
	RELEASE_ODD_MAX = 40,  /* what must be ticked */
	RELEASE_LIST = 30,     /* of a list */
	RELEASE_WORDS = 900,   /* bytes of how a text begins */
};

/* ---- who gets it ---------------------------------------------------------------------------- */

struct release_guardian {
	char account[ID_MAX + 1], name[NAME_ROOM], relation[16];
	bool rests; /* the right rests: gets nothing */
};

/* A child and those who will get it there, as they are now. */
struct release_to {
	struct child_row child;
	char class[CLASS_ROOM];
	struct release_guardian guardians[RELEASE_GUARDIANS];
	size_t nguardians;
	bool shielded;	      /* 支援措置, or a guardian whose right rests */
	bool mine;	      /* the reader may see who it is */
	bool other_class;     /* not of the class of most */
	bool same_family;     /* another child of the list has the same family name */
	const char *obstacle; /* why it cannot be given: a word of `why`; NULL: it can */
	char line[SHA256_HEX];
	char state[RELEASE_WORD], why[RELEASE_WORD]; /* of the release's child */
};

/* Something unusual that the second person must tick. */
struct release_odd {
	char key[48];
	struct span text; /* in Japanese */
};

struct release {
	struct release_row row;
	enum release_state state;
	struct release_to *to;
	size_t nto;
	struct release_file *files;
	size_t nfiles;
	bool *unread;	    /* of each file: its words could not be read */
	struct span *words; /* of each file that has no picture: how its text begins */
	struct release_odd *odd;
	size_t nodd;
	bool preparer, second;	/* of who asks: see release_facts */
	char token[SHA256_HEX]; /* of all that is shown */
};

/* Facts of a child as a recipient; preparer decides whether it can be given.  Not recorded. */
enum status release_recipient(struct app *app, const struct account *preparer, int64_t now,
			      struct span child, struct release_to *out);

/*
 * One release, for who may know of it: who prepared or confirmed it, and staff of the institution
 * who may add files to each of its children.  Texts are the arena's.  odd: also looks for what is
 * unusual, which reads the attachments, and fills in the token.
 */
enum status release_load(struct app *app, const struct question *q, struct span id, bool odd,
			 struct arena *a, struct release *out);
/* The same without the record of a refusal: *yes. */
enum status release_may_see(struct app *app, const struct question *q,
			    const struct release_row *row, bool *yes);
/* May who asks confirm it: staff of the institution, not who prepared it, for all children? */
enum status release_may_confirm(struct app *app, const struct question *q,
				const struct release_row *row, bool *yes);

/* Is the second person the one who is shown this?  Taken down for release_confirm(). */
enum status release_shown(struct app *app, const struct question *q, const struct release *r);
/* A picture of the first page of attachment n (from 1), taken down too.  ST_NOTFOUND. */
enum status release_preview(struct app *app, const struct question *q, const struct release *r,
			    size_t n, struct buf *png);
/* Does a file of a release have such a picture? */
bool release_has_picture(const struct release_file *f);

/* Is this file the letter of its release?  Appends its text. */
bool release_is_letter(const struct file_row *f);
enum status release_letter(int fd, size_t bytes, struct buf *out);

/* ---- steps ---------------------------------------------------------------------------------- */

struct release_draft {
	struct span title, message;
	const struct span *children;
	size_t nchildren;
	const struct checked *files; /* attachments, and what is said about each */
	const struct span *titles;
	size_t nfiles;
	bool staff_only; /* what somebody marked so is refused */
};
enum status release_prepare(struct app *app, const struct question *q,
			    const struct release_draft *d, char id[static RELEASE_ID]);

/* With what release_load() says now. */
enum status release_ask(struct app *app, const struct question *q, const struct release *r);
/* token: from the form; ticked: the keys of what was ticked. */
enum status release_confirm(struct app *app, const struct question *q, const struct release *r,
			    struct span token, const struct span *ticked, size_t nticked);
enum status release_stop(struct app *app, const struct question *q, const struct release *r);
/* From this moment nobody can open it; the repositories follow. */
enum status release_recall(struct app *app, const struct question *q, const struct release *r);
/* Throws a draft away; with a child: takes that child out of it. */
enum status release_throw(struct app *app, const struct question *q, const struct release *r,
			  struct span child);

/* ---- the server ----------------------------------------------------------------------------- */

/* Gives what is due, goes on with what was cut short, takes back what was recalled. */
enum status release_chore(struct app *app);
/* Throws away files that were kept aside for a release that never came to be. */
enum status release_sweep(struct app *app);

/* ---- who opened it -------------------------------------------------------------------------- */

struct release_look {
	struct span child, account; /* valid during the call */
	long long at;
	bool read; /* the file itself; else its page or its picture */
};
/* Looks of households at what was given, oldest first, at most `most` of them. */
enum status release_looks(struct app *app, const struct release *r, size_t most,
			  enum status (*each)(void *, const struct release_look *), void *ctx);

#endif
