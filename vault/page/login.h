/* What the pages of signing in share. */
#ifndef KARTE_PAGE_LOGIN_H
#define KARTE_PAGE_LOGIN_H

#include "generator/base/sha256.h"
#include "vault/page/frame.h"
#include "vault/page/widgets.h"

enum { LOGIN_WORDS = 256, LOGIN_TO = 8192 };

/* Who tries, from where, with what. */
struct attempt login_attempt(const struct page *p, struct span account, struct span password);

/*
 * Before signing in a form is tied to a cookie of its own: set anew each time a form is shown,
 * checked when it comes back.  bound is what a challenge can be tied to.
 */
enum status login_pre_begin(struct page *p, unsigned char bound[static SHA256_LEN]);
bool login_pre_check(const struct page *p, unsigned char bound[static SHA256_LEN]);

/* Is there a session that still lacks its second factor? */
bool login_is_weak(const struct page *p);

/* Where next leads, or "/" ; carried on by a hidden field. */
struct span login_next(const struct page *p);
void login_hide_next(struct html *h, const struct page *p);
/* path?next=… */
void login_path(struct buf *out, const char *path, struct span next);

/* The new session's cookie, and on to the next step. */
enum status login_enter(struct page *p, char text[static TOKEN_TEXT], enum sign_step step,
			struct span account);
/* To the page of the step that this weak session lacks.  kept: something typed is kept. */
enum status login_second(struct page *p, struct span next, bool kept);

/* A form of this family: narrow, without a warning about unsaved changes. */
void login_form(struct html *h, const struct page *p, const char *action);
/* How long to wait, in words; Retry-After too. */
const char *login_wait(struct page *p, long wait, char out[static LOGIN_WORDS]);

/*
 * The form that the script fills in from an authenticator.  Hidden until the script shows it.
 * challenge is for bound; allow: ids of the credentials in base64url, separated by spaces ("":
 * any).
 */
struct passkey_look {
	const char *action, *label, *kind; /* kind of the button */
	const char *ceremony;		   /* "get" or "create" */
	const char *challenge;
	const char *allow;
	const struct account *who; /* for "create" */
	bool named;		   /* asks for a name */
};
void login_passkey_form(struct html *h, const struct page *p, const struct passkey_look *f);
/* Ids of the passkeys among factors, for allow. */
void login_passkey_ids(const struct factors *f, struct buf *out);
/* What it sent; bytes are the arena's.  false: not in its form. */
bool login_assertion(struct page *p, const unsigned char *bound, struct assertion *out);

#endif
