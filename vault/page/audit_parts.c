#include "vault/page/audit_parts.h"

#include "vault/flow/alerts.h"
#include "vault/flow/note.h"
#include "vault/page/words.h"

enum { COMMIT_SHORT = 7 };

/* ---- the way ------------------------------------------------------------------------------- */

/* main: the one of them that the bar leads to. */
static const struct {
	const char *href, *label;
	enum audit_place main;
} places[AUDIT_PLACES] = {
    [AUDIT_LOG] = {"/audit/log", "記録の一覧", AUDIT_LOG},
    [AUDIT_EXPOSURE] = {"/audit/exposure", "だれが開いたか", AUDIT_LOG},
    [AUDIT_RETENTION] = {"/audit/retention", "保存期間", AUDIT_RETENTION},
    [AUDIT_CERTIFICATES] = {"/audit/certificates", "消去証明書", AUDIT_RETENTION},
};

void audit_nav(struct html *h, enum audit_place now)
{
	html_open(h, "nav");
	html_class(h, "subnav");
	html_attrs(h, "aria-label", "記録のページ");
	html_open(h, "ul");
	for (size_t i = 0; i < AUDIT_PLACES; i++) {
		if (places[i].main != places[now].main)
			continue;
		html_open(h, "li");
		html_open(h, "a");
		html_attrs(h, "href", places[i].href);
		html_attrs(h, "aria-current", i == now ? "page" : NULL);
		html_texts(h, places[i].label);
		html_close(h);
		html_close(h);
	}
	html_close(h);
	html_close(h);
}

enum status audit_note(struct page *p, const char *event, struct span child, struct span object,
		       struct span reason)
{
	const char *why = reason.n ? arena_str(p->arena, reason) : "role";
	const struct note n = {.class = "read",
			       .event = event,
			       .who = p->who,
			       .child = path_child(child) ? child : SPAN_NONE,
			       .object = object,
			       .decision = "allow",
			       .reason = why ? why : "role",
			       .request = p->req->id,
			       .hold = p->q.hold};

	return note_add(p->app, &n);
}

/* ---- cells --------------------------------------------------------------------------------- */

static const struct word classes[] = {
    {"change", "変えた記録"}, {"read", "見た記録"},    {"access", "断った・理由で開けた記録"},
    {"session", "出入り"},    {"admin", "管理の操作"}, {"system", "システム"},
};

const char *audit_class_label(const char *class)
{
	for (size_t i = 0; i < sizeof classes / sizeof *classes; i++)
		if (strcmp(classes[i].id, class) == 0)
			return classes[i].label;
	return class;
}

void audit_event(struct html *h, struct span event)
{
	const char *label = word_of_event(event);

	if (label)
		html_texts(h, label);
	else
		html_text(h, event);
}

void audit_object(struct html *h, const struct record *r)
{
	struct span object, commit = r->new_;

	log_object(r->object, &object, &commit);
	html_text(h, object);
	if (commit.n >= COMMIT_SHORT) {
		html_texts(h, "　");
		html_leaf_class(h, "span", "code-text", span_make(commit.p, COMMIT_SHORT));
	}
}

/* Of an alert the reason is its rule. */
static struct span reason_text(const struct page *p, const struct record *r)
{
	const char *label = word_of_reason(r->reason);
	const struct alert_rule *rule = NULL;

	if (span_starts(r->event, SPAN("alert")))
		rule = alert_rules_find(alerts_rules(p->app->alerts), r->reason);
	return rule ? rule->title : label ? span_of(label) : r->reason;
}

void audit_outcome(struct page *p, struct html *h, const struct record *r)
{
	bool refused = span_is(r->decision, "deny");
	struct span why = reason_text(p, r);

	if (span_is(r->event, LOG_UNREADABLE)) {
		html_leaf_class(h, "span", "tag tag-error", SPAN("読めません"));
		return;
	}
	if (r->decision.n)
		html_leaf_class(h, "span", refused ? "tag tag-error" : "tag tag-plain",
				refused ? SPAN("断った") : SPAN("許した"));
	if (why.n)
		html_textf(h, " %.*s", SPAN_ARG(why));
}
