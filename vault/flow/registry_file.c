#include "vault/flow/registry_file.h"

#include "generator/base/day.h"

/* ---- one line ----------------------------------------------------------------------------- */

static void put(struct buf *out, const char *key, const char *value)
{
	buf_addf(out, "%s: ", key);
	yaml_put(out, span_of(value), false, false);
	buf_addc(out, '\n');
}

/* What is not said is left out, so that files from before a key existed stay as they are. */
static void put_some(struct buf *out, const char *key, const char *value)
{
	if (value[0])
		put(out, key, value);
}

static void put_flag(struct buf *out, const char *key, bool on)
{
	if (on)
		put(out, key, "true");
}

static void put_time(struct buf *out, const char *key, long long at)
{
	char text[DAY_TEXT];

	if (!at)
		return;
	time_utc(at, text);
	put(out, key, text);
}

static void get(struct ynode *map, const char *key, char *out, size_t cap)
{
	span_copy(ymap_text(map, key), out, cap);
}

static bool get_flag(struct ynode *map, const char *key)
{
	return span_is(ymap_text(map, key), "true");
}

static long long get_time(struct ynode *map, const char *key)
{
	int64_t t;

	return time_parse_utc(ymap_text(map, key), &t) ? t : 0;
}

/* ---- institutions ------------------------------------------------------------------------- */

void institution_write(const struct institution *i, struct buf *out)
{
	buf_adds(out, "karte: 1\n");
	put(out, "id", i->id);
	put(out, "kind", role_name(i->kind));
	put(out, "name", i->name);
	put_some(out, "opened", i->opened);
	put_some(out, "closed", i->closed);
	put_some(out, "into", i->into);
	put_flag(out, "by-class", i->by_class);
}

void institution_read(struct ynode *map, struct institution *out)
{
	*out = (struct institution){.kind = role_find(ymap_text(map, "kind")),
				    .by_class = get_flag(map, "by-class")};
	get(map, "id", out->id, sizeof out->id);
	get(map, "name", out->name, sizeof out->name);
	get(map, "opened", out->opened, sizeof out->opened);
	get(map, "closed", out->closed, sizeof out->closed);
	get(map, "into", out->into, sizeof out->into);
}

/* ---- accounts and keys -------------------------------------------------------------------- */

void account_write(const struct account *a, struct buf *out)
{
	buf_adds(out, "karte: 1\n");
	put(out, "id", a->id);
	put(out, "role", a->staff ? "staff" : role_name(a->role));
	if (a->staff)
		put(out, "institution", a->institution);
	put(out, "name", a->name);
	put_some(out, "kana", a->kana);
	put_some(out, "until", a->until);
	put_some(out, "classes", a->classes);
	put_flag(out, "whole", a->whole);
	put(out, "disabled", a->disabled ? "true" : "false");
	put(out, "key", a->key);
}

void account_read(struct ynode *map, struct account *out)
{
	struct span role = ymap_text(map, "role");

	*out = (struct account){.staff = span_is(role, "staff"),
				.role = role_find(role),
				.disabled = get_flag(map, "disabled"),
				.whole = get_flag(map, "whole")};
	get(map, "id", out->id, sizeof out->id);
	get(map, "institution", out->institution, sizeof out->institution);
	get(map, "name", out->name, sizeof out->name);
	get(map, "kana", out->kana, sizeof out->kana);
	get(map, "until", out->until, sizeof out->until);
	get(map, "classes", out->classes, sizeof out->classes);
	get(map, "key", out->key, sizeof out->key);
}

void key_write(const struct key_row *k, struct buf *out)
{
	buf_adds(out, "karte: 1\n");
	put(out, "fingerprint", k->fingerprint);
	put(out, "account", k->account);
	put_time(out, "since", k->since);
	put_time(out, "until", k->until);
}

void key_read(struct ynode *map, struct key_row *out)
{
	*out = (struct key_row){.since = get_time(map, "since"), .until = get_time(map, "until")};
	get(map, "fingerprint", out->fingerprint, sizeof out->fingerprint);
	get(map, "account", out->account, sizeof out->account);
}

/* ---- ranges ------------------------------------------------------------------------------- */

/* The texts of a range, in the order of the file. */
static const struct {
	const char *key;
	size_t offset, room;
} range_texts[] = {
#define TEXT(key, field)                                                                           \
	{                                                                                          \
		key, offsetof(struct range_row, field), sizeof(((struct range_row *)0)->field)     \
	}
    TEXT("id", id),
    TEXT("account", account),
    TEXT("institution", institution),
    TEXT("child", child),
    TEXT("children-of", children_of),
    TEXT("type", type),
    TEXT("section", section),
    TEXT("since", since),
    TEXT("until", until),
    TEXT("state", state),
    TEXT("asked-by", asked_by),
    TEXT("confirmed-by", confirmed_by),
    TEXT("ended-by", ended_by),
    TEXT("reason", reason),
#undef TEXT
};
enum { RANGE_TEXTS = sizeof range_texts / sizeof *range_texts };

void range_write(const struct range_row *r, struct buf *out)
{
	buf_adds(out, "karte: 1\n");
	put(out, "effect", r->opens ? "open" : "close");
	put_flag(out, "write", r->write);
	for (size_t i = 0; i < RANGE_TEXTS; i++)
		put_some(out, range_texts[i].key, (const char *)r + range_texts[i].offset);
	put_time(out, "asked-at", r->asked_at);
}

static bool is_state(struct span s)
{
	static const char *const states[] = {"asked", "in-force", "end-asked", "ended", "declined"};

	for (size_t i = 0; i < sizeof states / sizeof *states; i++)
		if (span_is(s, states[i]))
			return true;
	return false;
}

/* A value that is left out means "all", so one that does not fit must not become that. */
bool range_read(struct ynode *map, struct range_row *out)
{
	struct span effect = ymap_text(map, "effect");
	bool whole = is_state(ymap_text(map, "state"));

	*out = (struct range_row){.opens = span_is(effect, "open"),
				  .write = get_flag(map, "write"),
				  .asked_at = get_time(map, "asked-at")};
	for (size_t i = 0; i < RANGE_TEXTS; i++)
		whole = span_copy(ymap_text(map, range_texts[i].key),
				  (char *)out + range_texts[i].offset, range_texts[i].room) &&
			whole;
	return whole && out->id[0] && (out->opens || span_is(effect, "close"));
}
