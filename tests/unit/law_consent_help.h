/* Asks and answers as commits of anybody, for the law's cases of consents and of papers. */
#ifndef KARTE_TESTS_UNIT_LAW_CONSENT_H
#define KARTE_TESTS_UNIT_LAW_CONSENT_H

#include "law_help.h"

static inline struct ask ask_of(const char *c)
{
	static char digest[CONSENT_DIGEST];
	static struct sheet_row row;
	struct repo *repo;

	assert_ok(child_index(app, span_of(c)));
	row = row_of(c);
	assert_ok(child_repo(&repo, app, span_of(c)));
	assert_ok(consent_digest_at(app, repo, NULL, SPAN("kihon"), SPAN("2026"), digest));
	repo_close(repo);
	return (struct ask){
	    .id = SPAN("x"),
	    .child = span_of(c),
	    .type = SPAN("kihon"),
	    .sheet = SPAN("2026"),
	    .title = SPAN("基本シート"),
	    .version = span_of(row.version),
	    .digest = span_of(digest),
	    .institution = SPAN("kudan-es"),
	    .by = SPAN("tanaka"),
	    .at = (long long)time(NULL),
	    .nto = 1,
	    .to = {SPAN("yamada")},
	    .nitems = 1,
	    .items = {
		{.scope = SCOPE_SHARE, .institution = SPAN("other-es"), .type = SPAN("kihon")}}};
}

static inline void put_consent(const char *c, const struct actor *who, const char *action,
			       const char *n, const struct buf *text)
{
	char path[128], day[DAY_TEXT];

	in_days(0, day);
	snprintf(path, sizeof path, "consents/%s%s-%s.md",
		 strcmp(action, "consent.ask") == 0 ? "ask-" : "", day, n);
	act_one(c, who, action, "kihon/2026", path, text);
}

static inline void put_ask(const char *c, const struct actor *who, const struct ask *a)
{
	struct buf text;

	buf_init(&text, 65536);
	ask_write(a, &text);
	put_consent(c, who, "consent.ask", "1", &text);
	buf_clear(&text);
}

static inline void put_reply(const char *c, const struct actor *who, const char *action,
			     const char *n, const struct ask *a, struct reply *r)
{
	char day[DAY_TEXT], id[DAY_TEXT + 8];
	struct buf text;

	in_days(0, day);
	snprintf(id, sizeof id, "%s-1", day);
	buf_init(&text, 65536);
	if (!r->ask.n)
		r->ask = span_of(id);
	if (!r->version.p)
		r->version = a->version;
	if (!r->digest.p)
		r->digest = a->digest;
	if (!r->by.p)
		r->by = span_of(who->account.id);
	r->at = (long long)time(NULL);
	reply_write(a, r, &text);
	put_consent(c, who, action, n, &text);
	buf_clear(&text);
}

/* An ask of yamada, and her answer or another's. */
static inline void asked(char *c, const struct actor *who, const char *action, struct reply *r)
{
	struct ask a = ask_of(c);

	put_ask(c, &tanaka, &a);
	put_reply(c, who, action, "2", &a, r);
}

#endif
