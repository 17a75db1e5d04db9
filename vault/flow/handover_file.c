/* How a handover and the answers to it are written down. */
#include "vault/flow/handover.h"

#include "generator/base/day.h"
#include "generator/sheet/yaml.h"

/* ---- words ---------------------------------------------------------------------------------- */

const char *handover_state_name(enum handover_state s)
{
	static const char *const names[] = {
	    [HANDOVER_ASKED] = "asked", [HANDOVER_IS_OPEN] = "open", [HANDOVER_CLOSED] = "closed"};

	return names[s];
}

const char *const handover_purposes[] = {"nursery", "school", "grade", "move", NULL};

const enum role handover_kinds[] = {ROLE_NURSERY, ROLE_SCHOOL, ROLE_HEALTH, ROLE_WELFARE,
				    ROLE_THERAPY, ROLE_BOARD,  ROLE_NOBODY};

static enum role kind_find(struct span name)
{
	enum role r = role_find(name);

	for (size_t i = 0; handover_kinds[i] != ROLE_NOBODY; i++)
		if (handover_kinds[i] == r)
			return r;
	return ROLE_NOBODY;
}

enum role handover_outside(struct span receiver)
{
	return span_eq(span_cut(&receiver, ':'), SPAN("outside")) ? kind_find(receiver)
								  : ROLE_NOBODY;
}

const char *handover_purpose(struct span id)
{
	static const char *const words[] = {"園に 入る", "学校に 入る", "学年や 組が あがる",
					    "引っこす・うつる"};

	for (size_t i = 0; handover_purposes[i]; i++)
		if (span_is(id, handover_purposes[i]))
			return words[i];
	return NULL;
}

bool handover_lists(struct span list, struct span section)
{
	while (list.n)
		if (span_eq(span_cut(&list, ','), section))
			return true;
	return false;
}

/* ---- writing -------------------------------------------------------------------------------- */

static void put(struct buf *out, const char *key, struct span value, bool plain)
{
	if (!value.n)
		return;
	buf_addf(out, "%s: ", key);
	yaml_put(out, value, false, plain);
	buf_addc(out, '\n');
}

static void put_moment(struct buf *out, const char *key, int64_t at)
{
	char text[DAY_TEXT];

	if (!at)
		return;
	time_utc(at, text);
	put(out, key, span_of(text), true);
}

/* key: value in braces; the first without a comma before it */
static void put_in(struct buf *out, const char *key, struct span value)
{
	if (!value.n)
		return;
	buf_addf(out, "%s%s: ", buf_span(out).p[out->len - 1] == '{' ? "" : ", ", key);
	yaml_put(out, value, true, false);
}

static void put_sheets(struct buf *out, const struct handover *h)
{
	if (h->nsheets)
		buf_adds(out, "sheets:\n");
	for (size_t i = 0; i < h->nsheets; i++) {
		const struct handover_sheet *s = &h->sheets[i];

		buf_adds(out, "  - {");
		put_in(out, "type", s->type);
		put_in(out, "id", s->id);
		put_in(out, "version", s->version);
		put_in(out, "sections", s->asked);
		put_in(out, "opened", s->opened);
		buf_adds(out, "}\n");
	}
}

static void put_words(struct buf *out, const struct handover *h)
{
	char at[DAY_TEXT];

	if (h->nwords)
		buf_adds(out, "feedback:\n");
	for (size_t i = 0; i < h->nwords; i++) {
		buf_adds(out, "  - {");
		time_utc(h->words[i].at, at);
		put_in(out, "by", h->words[i].by);
		put_in(out, "at", span_of(at));
		put_in(out, "text", h->words[i].text);
		buf_adds(out, "}\n");
	}
}

static void put_packages(struct buf *out, const struct handover *h)
{
	char at[DAY_TEXT];

	if (h->npackages)
		buf_adds(out, "packages:\n");
	for (size_t i = 0; i < h->npackages; i++) {
		buf_adds(out, "  - {");
		time_utc(h->packages[i].at, at);
		put_in(out, "by", h->packages[i].by);
		put_in(out, "at", span_of(at));
		put_in(out, "reason", h->packages[i].reason);
		put_in(out, "key", h->packages[i].key);
		buf_adds(out, "}\n");
	}
}

void handover_write(const struct handover *h, struct buf *out)
{
	buf_adds(out, "---\nkarte: 1\n");
	put(out, "id", h->id, false);
	put(out, "child", h->child, false);
	put(out, "from", h->from, false);
	put(out, "to", h->to, false);
	put(out, "outside", h->outside, false);
	if (h->outside.n)
		put(out, "kind", span_of(role_name(h->kind)), false);
	put(out, "purpose", h->purpose, false);
	put(out, "since", h->since, true);
	put(out, "until", h->until, true);
	put(out, "state", span_of(handover_state_name(h->state)), false);
	put(out, "asked-by", h->asked_by, false);
	put_moment(out, "asked-at", h->asked_at);
	put(out, "opened-by", h->opened_by, false);
	put_moment(out, "opened-at", h->opened_at);
	put(out, "confirmed-by", h->confirmed_by, false);
	put_moment(out, "confirmed-at", h->confirmed_at);
	put(out, "closed-by", h->closed_by, false);
	put_moment(out, "closed-at", h->closed_at);
	put(out, "message", h->message, false);
	put_sheets(out, h);
	put_words(out, h);
	put_packages(out, h);
	buf_adds(out, "---\n");
}

void handover_answer_write(const struct handover *h, const char *account, int64_t now,
			   struct buf *out)
{
	bool agree = false;

	for (size_t i = 0; i < h->nsheets; i++)
		agree = agree || h->sheets[i].asked.n;
	buf_adds(out, "---\nkarte: 1\n");
	put(out, "child", h->child, false);
	put(out, "scope", SPAN("handover"), false);
	put(out, "handover", h->id, false);
	put(out, "institution", h->to, false);
	put(out, "outside", h->outside, false);
	put(out, "answer", agree ? SPAN("agree") : SPAN("decline"), false);
	put(out, "by", span_of(account), false);
	put_moment(out, "at", now);
	put_sheets(out, h);
	buf_adds(out, "---\n");
}

/* ---- reading -------------------------------------------------------------------------------- */

static struct span get(struct arena *a, struct ynode *map, const char *key)
{
	return arena_copy(a, ymap_text(map, key));
}

static int64_t get_moment(struct ynode *map, const char *key)
{
	int64_t t;

	return time_parse_utc(ymap_text(map, key), &t) ? t : 0;
}

static enum status read_sheets(struct arena *a, struct ynode *list, struct handover *out)
{
	struct ynode *n = list ? list->first : NULL;

	if (list && list->count > HANDOVER_SHEETS)
		return fail(ST_CORRUPT, "too many sheets in a handover");
	out->sheets = arena_array(a, HANDOVER_SHEETS, sizeof *out->sheets);
	for (; out->sheets && n; n = n->next) {
		struct handover_sheet *s = &out->sheets[out->nsheets++];

		s->type = get(a, n, "type");
		s->id = get(a, n, "id");
		s->version = get(a, n, "version");
		s->asked = get(a, n, "sections");
		s->opened = get(a, n, "opened");
		s->agreed = SPAN("");
		if (!path_id(s->type) || !path_id(s->id) || !s->version.n)
			return fail(ST_CORRUPT, "a handover names no sheet");
	}
	return out->sheets ? ST_OK : ST_NOMEM;
}

static enum status read_words(struct arena *a, struct ynode *list, struct handover *out)
{
	struct ynode *n = list ? list->first : NULL;

	if (list && list->count > HANDOVER_WORDS)
		return fail(ST_CORRUPT, "too much feedback on a handover");
	out->words = arena_array(a, HANDOVER_WORDS, sizeof *out->words);
	for (; out->words && n; n = n->next)
		out->words[out->nwords++] =
		    (struct handover_word){get(a, n, "by"), get_moment(n, "at"), get(a, n, "text")};
	return out->words ? ST_OK : ST_NOMEM;
}

static enum status read_packages(struct arena *a, struct ynode *list, struct handover *out)
{
	struct ynode *n = list ? list->first : NULL;

	if (list && list->count > HANDOVER_PACKAGES)
		return fail(ST_CORRUPT, "too many packages of a handover");
	out->packages = arena_array(a, HANDOVER_PACKAGES, sizeof *out->packages);
	for (; out->packages && n; n = n->next)
		out->packages[out->npackages++] = (struct handover_package){
		    get(a, n, "by"), get_moment(n, "at"), get(a, n, "reason"), get(a, n, "key")};
	return out->packages ? ST_OK : ST_NOMEM;
}

static bool read_state(struct span text, enum handover_state *out)
{
	for (int s = HANDOVER_ASKED; s <= HANDOVER_CLOSED; s++)
		if (span_is(text, handover_state_name((enum handover_state)s))) {
			*out = (enum handover_state)s;
			return true;
		}
	return false;
}

static void read_steps(struct arena *a, struct ynode *root, struct handover *out)
{
	out->asked_by = get(a, root, "asked-by");
	out->opened_by = get(a, root, "opened-by");
	out->confirmed_by = get(a, root, "confirmed-by");
	out->closed_by = get(a, root, "closed-by");
	out->asked_at = get_moment(root, "asked-at");
	out->opened_at = get_moment(root, "opened-at");
	out->confirmed_at = get_moment(root, "confirmed-at");
	out->closed_at = get_moment(root, "closed-at");
}

static enum status read_head(struct arena *a, struct span text, struct ynode **root)
{
	struct span head = yaml_head(text);
	enum status st = head.p ? yaml_read(a, "handover", head, 2, root, NULL) : ST_CORRUPT;

	return st == ST_INVALID ? fail(ST_CORRUPT, "a handover cannot be read") : st;
}

/* An institution of the registry, or somebody outside: one of both. */
static bool read_receiver(struct arena *a, struct ynode *root, struct handover *out)
{
	out->to = get(a, root, "to");
	out->outside = get(a, root, "outside");
	out->kind = kind_find(ymap_text(root, "kind"));
	return out->outside.n ? !out->to.n && out->kind != ROLE_NOBODY : path_id(out->to);
}

enum status handover_parse(struct arena *a, struct span text, struct handover *out)
{
	struct ynode *root = NULL;
	struct day since, until;
	enum status st = read_head(a, text, &root);

	*out = (struct handover){.nsheets = 0};
	if (st)
		return st;
	out->id = get(a, root, "id");
	out->child = get(a, root, "child");
	out->from = get(a, root, "from");
	out->purpose = get(a, root, "purpose");
	out->since = get(a, root, "since");
	out->until = get(a, root, "until");
	out->message = get(a, root, "message");
	read_steps(a, root, out);
	if (!read_state(ymap_text(root, "state"), &out->state) || !path_id(out->id) ||
	    !path_id(out->from) || !read_receiver(a, root, out) || !day_parse(out->since, &since) ||
	    !day_parse(out->until, &until))
		return fail(ST_CORRUPT, "a handover is not whole");
	st = read_sheets(a, ymap_get(root, "sheets"), out);
	if (!st)
		st = read_words(a, ymap_get(root, "feedback"), out);
	return st ? st : read_packages(a, ymap_get(root, "packages"), out);
}

enum status handover_answer_parse(struct arena *a, struct span text, struct handover *out)
{
	struct ynode *root = NULL;
	enum status st = read_head(a, text, &root);

	*out = (struct handover){.nsheets = 0};
	if (st)
		return st;
	out->id = get(a, root, "handover");
	out->child = get(a, root, "child");
	out->asked_by = get(a, root, "by");
	out->asked_at = get_moment(root, "at");
	if (!span_is(ymap_text(root, "scope"), "handover"))
		return fail(ST_CORRUPT, "an answer is about something else");
	return read_sheets(a, ymap_get(root, "sheets"), out);
}
