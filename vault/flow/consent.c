/* A guardian's answer that nobody asked for: what a demo and an import bring. */
#include "vault/flow/consent.h"

#include "generator/sheet/type.h"
#include "generator/sheet/yaml.h"
#include "vault/flow/consent_impl.h"

static void put(struct buf *out, const char *key, struct span value, bool plain)
{
	buf_addf(out, "%s: ", key);
	yaml_put(out, value, false, plain);
	buf_addc(out, '\n');
}

static void write_answer(const struct question *q, const struct answer *a, const char *day,
			 struct buf *out)
{
	buf_adds(out, "---\nkarte: 1\n");
	put(out, "child", q->child, false);
	put(out, "scope", SPAN("share"), false);
	put(out, "type", a->type, false);
	put(out, "institution", a->institution, false);
	put(out, "answer", a->agree ? SPAN("agree") : SPAN("decline"), false);
	put(out, "by", span_of(q->who->id), false);
	put(out, "on", span_of(day), true);
	buf_adds(out, "---\n");
}

static enum status check(struct app *app, const struct question *q, const struct answer *a)
{
	struct institution i;
	struct decision d;
	enum status st = decide(app, q, &d, NULL);

	if (!st && d.reason != WHY_GUARDIAN)
		st = refuse(app, q, "not-a-guardian");
	if (!st && !types_find(app->types, a->type, 0))
		st = fail(ST_NOTFOUND, "no sheet type %.*s", SPAN_ARG(a->type));
	return st ? st : institution_get(app->db, a->institution, &i);
}

static enum status try_answer(struct consent_try *t, const struct answer *a)
{
	const struct ask none = {.type = a->type};
	struct buf text;
	enum status st = consents_next(&t->book->all, t->day, t->id);

	buf_init(&text, CONSENT_FILE_MAX);
	if (!st) {
		write_answer(t->q, a, t->day, &text);
		st = text.st;
	}
	if (!st)
		st = consent_commit(t, &none, a->agree ? "consent.give" : "consent.decline", false,
				    buf_span(&text));
	buf_clear(&text);
	return st;
}

enum status consent_answer(struct app *app, const struct actor *who, const struct question *q,
			   const struct answer *a)
{
	enum status st = check(app, q, a);

	if (st)
		return st;
	st = ST_STALE;
	for (int i = 0; i < CONSENT_TRIES && st == ST_STALE; i++) {
		struct consent_try t;

		st = consent_begin(&t, app, who, q);
		if (!st)
			st = try_answer(&t, a);
		consent_end(&t);
	}
	return st;
}
