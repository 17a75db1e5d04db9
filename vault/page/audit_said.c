#include "vault/page/audit_said.h"

#include "generator/base/day.h"
#include "generator/render/escape.h"
#include "vault/flow/note.h"
#include "vault/page/words.h"

#include <stdio.h>

enum { FPR_GROUP = 4 };

enum status audit_looked(struct page *p, const char *event, struct span child, struct span object)
{
	struct note n = {.class = "read",
			 .event = event,
			 .who = p->who,
			 .child = child,
			 .object = object,
			 .decision = "allow",
			 .reason = reason_name(p->decision.reason),
			 .request = p->req->id,
			 .hold = p->q.hold};

	return note_add(p->app, &n);
}

void audit_person(struct page *p, struct html *h, struct span account)
{
	struct account a;

	html_text(h, account);
	if (span_starts(account, SPAN("os:")))
		html_leaf_class(h, "div", "note", SPAN("サーバーの操作"));
	else if (account.n && account_get(p->app->db, account, &a) == ST_OK)
		html_leaf_class(h, "div", "note",
				a.role == ROLE_HOUSEHOLD ? SPAN("保護者") : span_of(a.name));
}

void audit_institution(struct page *p, struct html *h, struct span id)
{
	struct institution i;

	if (institution_get(p->app->db, id, &i) == ST_OK)
		html_textf(h, "%s ", i.name);
	html_leaf_class(h, "span", "nowrap", id);
}

void audit_who(struct page *p, struct html *h, struct span account, struct span role,
	       struct span institution)
{
	/* of a household and of the server the name says it already */
	bool said = span_is(role, "household") || span_starts(account, SPAN("os:"));

	audit_person(p, h, account);
	if ((!role.n || said) && !institution.n)
		return;
	html_open(h, "div");
	html_class(h, "note");
	if (role.n && !said)
		html_textf(h, "%s ", role_label(role_find(role)));
	if (institution.n)
		audit_institution(p, h, institution);
	html_close(h);
}

void audit_action(struct html *h, struct span action)
{
	const char *label = word_of_event(action);

	html_text(h, label ? span_of(label) : action);
}

void audit_subject(struct page *p, struct html *h, struct span action, struct span object)
{
	struct span type = object, id = SPAN_NONE;
	const struct sheet_type *t = NULL;
	long slash = span_find(object, SPAN("/"));

	if (slash > 0 && span_starts(action, SPAN("sheet."))) {
		type.n = (size_t)slash;
		id = span_make(object.p + slash + 1, object.n - (size_t)slash - 1);
		t = types_find(p->app->types, type, 0);
	}
	if (t)
		html_textf(h, "%.*s %.*s", SPAN_ARG(t->title), SPAN_ARG(id));
	else
		html_text(h, object);
}

bool audit_href(char out[static HREF_MAX], struct span repository, struct span version)
{
	struct repo_name name;

	if (repo_name_parse(repository, &name))
		return false;
	if (name.kind == REPO_REGISTRY)
		snprintf(out, HREF_MAX, "/audit/registry/changes/%.*s", SPAN_ARG(version));
	else
		snprintf(out, HREF_MAX, "/audit/children/%s/changes/%.*s", name.id,
			 SPAN_ARG(version));
	return name.kind == REPO_REGISTRY || name.kind == REPO_CHILD;
}

/* ---- states ------------------------------------------------------------------------------- */

/* The mark is for the eye; the word says it all. */
static void put_state(struct html *h, const char *look, const char *mark, const char *word)
{
	html_open(h, "span");
	html_class(h, look);
	html_open(h, "span");
	html_attrs(h, "aria-hidden", "true");
	html_texts(h, mark);
	html_texts(h, " ");
	html_close(h);
	html_texts(h, word);
	html_close(h);
}

void audit_signed(struct html *h, enum signed_state state)
{
	static const struct {
		const char *look, *mark, *word, *note;
	} states[SIGNED_STATES] = {
	    [SIGNED_GOOD] = {"tag tag-success", "○", "正しい", NULL},
	    [SIGNED_GOOD_ENDED] = {"tag tag-success", "○", "正しい", "鍵はその後終わった"},
	    [SIGNED_NONE] = {"tag tag-attention", "△", "署名がない", NULL},
	    [SIGNED_WRONG] = {"tag tag-error", "×", "正しくない", NULL},
	    [SIGNED_NO_KEY] = {"tag tag-warning", "？", "鍵がわからない", NULL},
	    [SIGNED_UNCHECKED] = {"tag", "－", "確かめられない", NULL},
	};

	put_state(h, states[state].look, states[state].mark, states[state].word);
	if (states[state].note)
		html_leaf_class(h, "div", "note", span_of(states[state].note));
}

static const struct {
	const char *look, *mark, *word, *text;
} troubles[CHANGE_TROUBLES] = {
    [CHANGE_WHOLE] = {NULL, NULL, NULL, NULL},
    [CHANGE_ABANDONED] = {"tag tag-plain", "－", "取りやめ",
			  "サーバーが止まったため、取りやめになりました。版にはなっていません。"},
    [CHANGE_MISSING] = {"tag tag-error", "×", "版がない",
			"記録にはありますが、版が ありません。消されたか、古い写しに "
			"戻されたかもしれません。"},
    [CHANGE_ALTERED] = {"tag tag-error", "×", "記録とちがう",
			"版の内容が、記録されたときと ちがいます。書きかえられています。"},
    [CHANGE_CUT] = {"tag tag-error", "×", "つながらない",
		    "この版は、記録された前の版に つながっていません。"},
};

const char *audit_trouble_text(enum change_trouble trouble)
{
	return troubles[trouble].text;
}

void audit_trouble(struct html *h, enum change_trouble trouble)
{
	if (trouble == CHANGE_WHOLE)
		return;
	put_state(h, troubles[trouble].look, troubles[trouble].mark, troubles[trouble].word);
}

void audit_fingerprint(struct html *h, const char *fpr)
{
	html_open(h, "span");
	html_class(h, "code-text");
	for (size_t i = 0; fpr[i]; i += FPR_GROUP) {
		if (i)
			html_texts(h, " ");
		html_textf(h, "%.*s", FPR_GROUP, fpr + i);
		if (strnlen(fpr + i, FPR_GROUP) < FPR_GROUP)
			break;
	}
	html_close(h);
}

/* ---- conditions --------------------------------------------------------------------------- */

bool audit_day(struct span text, bool end, int64_t *out)
{
	struct day d;

	text = span_trim(text);
	if (text.n == 0)
		return true;
	if (!day_parse_typed(text, &d))
		return false;
	*out = day_begin_jst(end ? day_plus(d, 1) : d);
	return true;
}

void audit_query(struct buf *out, const char *name, struct span value)
{
	if (!value.n)
		return;
	buf_addf(out, "%c%s=", span_find(buf_span(out), SPAN("?")) < 0 ? '?' : '&', name);
	escape_url_part(out, value);
}

void audit_form_end(struct html *h, const char *path)
{
	html_open(h, "div");
	html_class(h, "actions");
	html_open(h, "button");
	html_attrs(h, "type", "submit");
	html_class(h, "button");
	html_texts(h, "しぼりこむ");
	html_close(h);
	html_link(h, path, SPAN("条件を消す"));
	html_close(h);
	html_close(h);
}
