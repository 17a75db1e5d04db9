/* What the administrators' pages about accounts and institutions share. */
#ifndef KARTE_PAGE_ADMIN_ACCOUNT_H
#define KARTE_PAGE_ADMIN_ACCOUNT_H

#include "vault/flow/institutions.h"
#include "vault/flow/people.h"
#include "vault/page/frame.h"
#include "vault/page/lists.h"
#include "vault/page/widgets.h"

/* Records that an administrator looked (class admin, event "admin.accounts"). */
enum status people_note(struct page *p, const char *event, struct span object);
/* The administrator, able to sign; ends with actor_clear. */
enum status people_actor(struct page *p, struct actor *out);
/* A mistake in what was sent, which the form can say (422), or a failure. */
bool people_mistake(enum status st);

/* A form as it is shown: fresh, or again with what was typed and the mistake. */
struct form_state {
	const char *error; /* why, in Japanese; NULL: none */
	const char *field; /* which field it is about; NULL: none in particular */
};
/* After a failure of a flow: keeps its words. */
struct form_state form_failed(struct page *p, const char *field);
/* The error box, if the mistake is of no field that is shown. */
void form_error(struct html *h, const struct form_state *s);
/* The mistake, if it is about this field. */
const char *form_error_of(const struct form_state *s, const char *field);
/* What was sent, or else what is there now. */
struct span form_value(const struct page *p, const char *field, struct span now);

/* The word for ?done= in a banner; words are pairs ended by NULL. */
void people_banner(const struct page *p, struct frame *f, const char *const words[][2]);

/* A line that unfolds to a form: end it with html_close_to(h, "details").  open: unfolded. */
void people_fold(struct html *h, const char *line, bool open);

/* ---- accounts ------------------------------------------------------------------------------ */

/* What an account is at a moment; the first that fits. */
enum account_state { ACCOUNT_OFF, ACCOUNT_ENDED, ACCOUNT_NEW, ACCOUNT_ENDING, ACCOUNT_FINE };
enum { ENDING_DAYS = 30, ACCOUNT_STATES = ACCOUNT_FINE + 1 };
enum account_state account_state_of(const struct account *a, int64_t now);
/* "off", "停止": the word of addresses and that of screens. */
const char *account_state_name(enum account_state s);
const char *account_state_label(enum account_state s);
void account_state_tag(struct html *h, enum account_state s);
/* "職員（学校）", "家庭". */
void account_role_text(struct html *h, const struct account *a);
/* The list of accounts, with an error above it (NULL: none). */
enum status people_list(struct page *p, int status, const char *error);
extern const struct crumb people_crumbs[2];
/* Fields of a form: name and kana; institution, classes, whole; until. */
void account_name_fields(struct page *p, struct html *h, const struct account *a,
			 const struct form_state *s);
enum status account_staff_fields(struct page *p, struct html *h, const struct account *a,
				 const struct form_state *s);
void account_until_field(struct page *p, struct html *h, const struct account *a, const char *hint,
			 const struct form_state *s);
void account_href(char out[static HREF_MAX], const char *id, const char *rest);

/* ---- institutions -------------------------------------------------------------------------- */

void institution_href(char out[static HREF_MAX], const char *id, const char *rest);
/* Choices of institutions, the arena's: "" first with this label; closed ones only if `keep` is
   one; of one kind, or (ROLE_NOBODY) of all. */
enum status institution_choices(struct page *p, const char *none, const char *keep, enum role kind,
				struct field_choice **out, size_t *count);
/* Is it closed on the day of the request? */
bool institution_is_closed(const struct institution *i, int64_t now);

#endif
