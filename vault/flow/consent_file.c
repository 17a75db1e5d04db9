#include "vault/flow/consent_file.h"

#include "generator/base/path.h"
#include "generator/sheet/yaml.h"

#include <stdio.h>
#include <stdlib.h>

static const char *const scopes[] = {
    [SCOPE_MAKE] = "make", [SCOPE_SHARE] = "share", [SCOPE_HANDOVER] = "handover"};

/* Of an answer on paper whose agreements wait for a second person. */
static const char two_people[] = "two-people";

enum { NUMBER_MAX = 9999, HEAD_MEMORY = 1024 * 1024 };

/* ---- writing ------------------------------------------------------------------------------ */

static void put(struct buf *out, const char *key, struct span value)
{
	if (!value.n)
		return;
	buf_addf(out, "%s: ", key);
	yaml_put(out, value, false, false);
	buf_addc(out, '\n');
}

static void put_plain(struct buf *out, const char *key, struct span value)
{
	if (!value.n)
		return;
	buf_addf(out, "%s: ", key);
	yaml_put(out, value, false, true);
	buf_addc(out, '\n');
}

static void put_time(struct buf *out, long long at)
{
	char text[DAY_TEXT];

	time_utc(at, text);
	buf_addf(out, "at: %s\n", text);
}

static void put_in(struct buf *out, const char *key, struct span value)
{
	if (!value.n)
		return;
	buf_addf(out, ", %s: ", key);
	yaml_put(out, value, true, false);
}

static void put_item(struct buf *out, const struct consent_item *i)
{
	buf_addf(out, "  - {scope: %s", scopes[i->scope]);
	put_in(out, "institution", i->institution);
	put_in(out, "type", i->type);
	put_in(out, "sections", i->sections);
}

static void put_sheet(struct buf *out, struct span type, struct span sheet)
{
	struct buf name;

	buf_init(&name, 2 * ID_MAX + 2);
	buf_addf(&name, "%.*s/%.*s", SPAN_ARG(type), SPAN_ARG(sheet));
	put(out, "about", buf_span(&name));
	buf_clear(&name);
}

void ask_write(const struct ask *a, struct buf *out)
{
	buf_adds(out, "---\nkarte: 1\n");
	put(out, "child", a->child);
	put_plain(out, "id", a->id);
	put_sheet(out, a->type, a->sheet);
	put(out, "title", a->title);
	put_plain(out, "version", a->version);
	put_plain(out, "digest", a->digest);
	put(out, "institution", a->institution);
	put(out, "by", a->by);
	put_time(out, a->at);
	put_plain(out, "due", a->due);
	put_plain(out, "since", a->since);
	put_plain(out, "until", a->until);
	buf_addf(out, "need: %s\n", a->both ? "both" : "either");
	put(out, "note", a->note);
	if (a->nto)
		buf_adds(out, "to:\n");
	for (size_t i = 0; i < a->nto; i++) {
		buf_adds(out, "  - ");
		yaml_put(out, a->to[i], false, false);
		buf_addc(out, '\n');
	}
	buf_adds(out, "items:\n");
	for (size_t i = 0; i < a->nitems; i++) {
		put_item(out, &a->items[i]);
		buf_adds(out, "}\n");
	}
	buf_adds(out, "---\n");
}

static void put_words(const struct ask *a, const struct reply *r, struct buf *out)
{
	buf_adds(out, "items:\n");
	for (size_t i = 0; i < a->nitems; i++) {
		put_item(out, &a->items[i]);
		buf_addf(out, ", answer: %s}\n", consent_word_name(r->words[i]));
	}
}

void reply_write(const struct ask *a, const struct reply *r, struct buf *out)
{
	buf_adds(out, "---\nkarte: 1\n");
	put(out, "child", a->child);
	put_plain(out, "ask", r->ask);
	put_sheet(out, a->type, a->sheet);
	put_plain(out, "version", r->version);
	put_plain(out, "digest", r->digest);
	put(out, "by", r->by);
	put_time(out, r->at);
	if (r->cancel)
		buf_adds(out, "cancel: true\n");
	if (r->paper)
		buf_adds(out, "paper: true\n");
	put(out, "account", r->account);
	put(out, "name", r->name);
	put(out, "relation", r->relation);
	put_plain(out, "on", r->on);
	put(out, "file", r->file);
	if (r->second)
		buf_addf(out, "rule: %s\n", two_people);
	put_plain(out, r->sent_back ? "sends-back" : "confirms", r->checks);
	put(out, "text", r->text);
	if (reply_answers(r))
		put_words(a, r, out);
	buf_adds(out, "---\n");
}

/* ---- reading ------------------------------------------------------------------------------ */

static struct span keep(struct arena *a, struct ynode *map, const char *key)
{
	struct span s = ymap_text(map, key);

	return s.n ? arena_copy(a, s) : SPAN_NONE;
}

static bool find_scope(struct span name, enum consent_scope *out)
{
	for (size_t i = 0; i < SCOPE_COUNT; i++)
		if (span_is(name, scopes[i])) {
			*out = (enum consent_scope)i;
			return true;
		}
	return false;
}

static enum consent_word find_word(struct span name)
{
	for (int w = SAID_NOTHING; w <= SAID_REVOKE; w++)
		if (span_is(name, consent_word_name((enum consent_word)w)))
			return (enum consent_word)w;
	return SAID_NOTHING;
}

static bool read_item(struct arena *a, struct ynode *n, struct consent_item *out)
{
	out->institution = keep(a, n, "institution");
	out->type = keep(a, n, "type");
	out->sections = keep(a, n, "sections");
	return find_scope(ymap_text(n, "scope"), &out->scope);
}

static void read_about(struct arena *a, struct ynode *root, struct ask *out)
{
	struct span rest = ymap_text(root, "about");

	out->type = arena_copy(a, span_cut(&rest, '/'));
	out->sheet = arena_copy(a, rest);
}

static long long read_time(struct ynode *root)
{
	int64_t t = 0;

	return time_parse_utc(ymap_text(root, "at"), &t) ? t : 0;
}

static bool read_ask(struct arena *a, struct ynode *root, struct ask *out)
{
	struct ynode *to = ymap_get(root, "to"), *items = ymap_get(root, "items");

	read_about(a, root, out);
	out->child = keep(a, root, "child");
	out->title = keep(a, root, "title");
	out->version = keep(a, root, "version");
	out->digest = keep(a, root, "digest");
	out->institution = keep(a, root, "institution");
	out->by = keep(a, root, "by");
	out->note = keep(a, root, "note");
	out->due = keep(a, root, "due");
	out->since = keep(a, root, "since");
	out->until = keep(a, root, "until");
	out->both = !span_is(ymap_text(root, "need"), "either");
	out->at = read_time(root);
	for (struct ynode *n = to ? to->first : NULL; n && out->nto < CONSENT_PEOPLE; n = n->next)
		out->to[out->nto++] = arena_copy(a, n->text);
	for (struct ynode *n = items ? items->first : NULL; n; n = n->next)
		if (out->nitems == CONSENT_ITEMS || !read_item(a, n, &out->items[out->nitems++]))
			return false;
	return out->nitems > 0 && out->type.n;
}

static bool read_reply(struct arena *a, struct ynode *root, struct reply *out)
{
	struct ynode *items = ymap_get(root, "items");
	size_t i = 0;

	out->ask = keep(a, root, "ask");
	out->version = keep(a, root, "version");
	out->digest = keep(a, root, "digest");
	out->by = keep(a, root, "by");
	out->at = read_time(root);
	out->cancel = span_is(ymap_text(root, "cancel"), "true");
	out->paper = span_is(ymap_text(root, "paper"), "true");
	out->account = keep(a, root, "account");
	out->name = keep(a, root, "name");
	out->relation = keep(a, root, "relation");
	out->on = keep(a, root, "on");
	out->file = keep(a, root, "file");
	out->second = out->paper && span_is(ymap_text(root, "rule"), two_people);
	out->checks = keep(a, root, "confirms");
	out->sent_back = !out->checks.n && ymap_get(root, "sends-back");
	if (out->sent_back)
		out->checks = keep(a, root, "sends-back");
	out->text = keep(a, root, "text");
	if (!reply_answers(out))
		items = NULL;
	for (struct ynode *n = items ? items->first : NULL; n && i < CONSENT_ITEMS; n = n->next)
		out->words[i++] = find_word(ymap_text(n, "answer"));
	return out->ask.n > 0;
}

/* One file of before: what was asked is what was answered. */
static bool read_old(struct arena *a, struct ynode *root, struct ask *ask, struct reply *reply)
{
	struct day on;

	if (!span_is(ymap_text(root, "scope"), "share"))
		return false;
	*ask = (struct ask){.id = reply->id, .old = true, .nto = 1, .nitems = 1};
	ask->child = keep(a, root, "child");
	ask->type = keep(a, root, "type");
	ask->to[0] = reply->by = keep(a, root, "by");
	ask->items[0] =
	    (struct consent_item){SCOPE_SHARE, keep(a, root, "institution"), ask->type, SPAN_NONE};
	if (day_parse(ymap_text(root, "on"), &on))
		ask->at = reply->at = day_begin_jst(on);
	reply->ask = reply->id;
	reply->words[0] = span_is(ymap_text(root, "answer"), "agree") ? SAID_AGREE : SAID_DECLINE;
	return ask->type.n && ask->items[0].institution.n && reply->by.n;
}

/* "2026-04-10-2" */
static bool read_id(struct span id, struct day *day, long *n)
{
	return id.n > 11 && id.n < CONSENT_ID && id.p[10] == '-' &&
	       day_parse(span_make(id.p, 10), day) &&
	       span_number(span_make(id.p + 11, id.n - 11), NUMBER_MAX, n);
}

static void *grow(struct arena *a, void *list, size_t n, size_t size)
{
	void *bigger;

	if (n & (n - 1))
		return list;
	bigger = arena_array(a, n ? 2 * n : 1, size);
	if (bigger && n)
		memcpy(bigger, list, n * size);
	return bigger;
}

static enum status add_ask(struct consents *c, const struct ask *a)
{
	c->asks = grow(c->arena, c->asks, c->nasks, sizeof *c->asks);
	if (!c->asks)
		return ST_NOMEM;
	c->asks[c->nasks++] = *a;
	return ST_OK;
}

static enum status add_reply(struct consents *c, const struct reply *r)
{
	c->replies = grow(c->arena, c->replies, c->nreplies, sizeof *c->replies);
	if (!c->replies)
		return ST_NOMEM;
	c->replies[c->nreplies++] = *r;
	return ST_OK;
}

static enum status add_head(struct consents *c, struct span id, bool asks, struct ynode *root)
{
	struct ask ask = {.id = id};
	struct reply reply = {.id = id};

	if (asks)
		return read_ask(c->arena, root, &ask) ? add_ask(c, &ask) : ST_OK;
	if (ymap_get(root, "ask"))
		return read_reply(c->arena, root, &reply) ? add_reply(c, &reply) : ST_OK;
	if (!read_old(c->arena, root, &ask, &reply))
		return ST_OK;
	return add_ask(c, &ask) ? ST_NOMEM : add_reply(c, &reply);
}

static int id_cmp(struct span a, struct span b)
{
	struct day x, y;
	long m = 0, n = 0;
	int d;

	if (!read_id(a, &x, &m) || !read_id(b, &y, &n))
		return span_cmp(a, b);
	d = day_cmp(x, y);
	return d ? d : (m > n) - (m < n);
}

enum status consents_add(struct consents *c, struct span name, struct span text)
{
	bool asks = span_starts(name, SPAN("ask-"));
	struct span id = asks ? span_make(name.p + 4, name.n - 4) : name, head = yaml_head(text);
	struct arena *a;
	struct ynode *root;
	struct day day;
	long n;
	enum status st = ST_OK;

	if (!span_ends(id, SPAN(".md")))
		return ST_OK;
	id.n -= 3;
	if (!read_id(id, &day, &n))
		return ST_OK;
	id = arena_copy(c->arena, id);
	if (id.n && (!c->last.n || id_cmp(id, c->last) > 0))
		c->last = id;
	a = arena_new(HEAD_MEMORY);
	if (!id.n || !a)
		st = ST_NOMEM;
	else if (head.p && yaml_read(a, "consent", head, 2, &root, NULL) == ST_OK)
		st = add_head(c, id, asks, root);
	arena_free(a);
	return st;
}

static int by_ask(const void *a, const void *b)
{
	return id_cmp(((const struct ask *)a)->id, ((const struct ask *)b)->id);
}

static int by_reply(const void *a, const void *b)
{
	return id_cmp(((const struct reply *)a)->id, ((const struct reply *)b)->id);
}

void consents_sort(struct consents *c)
{
	if (c->nasks)
		qsort(c->asks, c->nasks, sizeof *c->asks, by_ask);
	if (c->nreplies)
		qsort(c->replies, c->nreplies, sizeof *c->replies, by_reply);
}

/* ---- looking ------------------------------------------------------------------------------ */

const struct ask *consents_find(const struct consents *c, struct span id)
{
	for (size_t i = 0; i < c->nasks; i++)
		if (span_eq(c->asks[i].id, id))
			return &c->asks[i];
	return NULL;
}

enum status consents_next(const struct consents *c, const char *day, char out[static CONSENT_ID])
{
	struct day last, today;
	long n = 0;

	if (!c->last.n || !read_id(c->last, &last, &n) || !day_parse(span_of(day), &today) ||
	    day_cmp(last, today) < 0)
		n = 0;
	else if (day_cmp(last, today) > 0)
		return fail(ST_INVALID, "サーバーの日付が、前の記録より 古くなっています");
	if (n >= NUMBER_MAX)
		return fail(ST_TOOBIG, "too many answers on one day");
	snprintf(out, CONSENT_ID, "%s-%ld", day, n + 1);
	return ST_OK;
}

bool reply_answers(const struct reply *r)
{
	return !r->cancel && !r->checks.n;
}

bool reply_says(const struct reply *r, enum consent_word w)
{
	for (size_t i = 0; i < CONSENT_ITEMS; i++)
		if (r->words[i] == w)
			return true;
	return false;
}

const struct reply *paper_checked(const struct consents *c, const struct reply *paper)
{
	for (size_t i = 0; i < c->nreplies; i++)
		if (c->replies[i].checks.n && span_eq(c->replies[i].checks, paper->id) &&
		    span_eq(c->replies[i].ask, paper->ask))
			return &c->replies[i];
	return NULL;
}

enum paper_state paper_state(const struct consents *c, const struct reply *r)
{
	const struct reply *checked;

	if (!r->paper || !r->second || !reply_says(r, SAID_AGREE))
		return PAPER_COUNTS;
	checked = paper_checked(c, r);
	if (!checked)
		return PAPER_WAITS;
	return checked->sent_back ? PAPER_SENT_BACK : PAPER_CONFIRMED;
}

bool paper_agrees(const struct consents *c, const struct reply *r)
{
	enum paper_state st = paper_state(c, r);

	return st == PAPER_COUNTS || st == PAPER_CONFIRMED;
}

struct span reply_whose(const struct reply *r)
{
	if (!r->paper)
		return r->by;
	return r->account.p ? r->account : SPAN("");
}
