#include "vault/flow/alert_rules_impl.h"

#include "generator/base/file.h"
#include "generator/base/path.h"

#include <limits.h>

enum { MEMORY = 4 * 1024 * 1024, FILE_BYTES = 256 * 1024 };

static const char *const kind_names[ALERT_KINDS] = {"check", "event", "count", "hours"};
static const struct {
	const char *name, *label;
} severities[ALERT_SEVERITIES] = {{"notice", "お知らせ"}, {"warning", "警告"}, {"severe", "重大"}};

const char *alert_kind_name(enum alert_kind k)
{
	return kind_names[k];
}

const char *alert_severity_name(enum alert_severity s)
{
	return severities[s].name;
}

const char *alert_severity_label(enum alert_severity s)
{
	return severities[s].label;
}

enum alert_severity alert_severity_find(struct span name)
{
	size_t i = 0;

	while (i < ALERT_SEVERITIES && !span_is(name, severities[i].name))
		i++;
	return (enum alert_severity)i;
}

/* ---- the rules together ------------------------------------------------------------------- */

void alert_rules_free(struct alert_rules *r)
{
	if (r)
		arena_free(r->arena);
}

size_t alert_rules_count(const struct alert_rules *r)
{
	return r ? r->count : 0;
}

const struct alert_rule *alert_rules_at(const struct alert_rules *r, size_t i)
{
	return &r->rules[i];
}

const struct alert_rule *alert_rules_find(const struct alert_rules *r, struct span id)
{
	for (size_t i = 0; i < alert_rules_count(r); i++)
		if (span_eq(r->rules[i].id, id))
			return &r->rules[i];
	return NULL;
}

static bool copy_list(struct arena *a, struct alert_list *l)
{
	struct span *items = arena_array(a, l->count ? l->count : 1, sizeof *items);

	for (size_t i = 0; items && i < l->count; i++)
		items[i] = arena_copy(a, l->items[i]);
	l->items = items;
	return items != NULL;
}

/* A copy that does not need the arena of the one it was made from. */
static bool copy_rule(struct arena *a, struct alert_rule *to, const struct alert_rule *from)
{
	struct alert_hours *hours = arena_array(a, from->nhours ? from->nhours : 1, sizeof *hours);

	*to = *from;
	to->id = arena_copy(a, from->id);
	to->title = arena_copy(a, from->title);
	to->advice = arena_copy(a, from->advice);
	to->check = from->check.p ? arena_copy(a, from->check) : SPAN_NONE;
	to->decision = from->decision.p ? arena_copy(a, from->decision) : SPAN_NONE;
	for (size_t i = 0; hours && i < from->nhours; i++)
		hours[i] = from->hours[i];
	to->hours = hours;
	return hours && copy_list(a, &to->events) && copy_list(a, &to->reasons) &&
	       copy_list(a, &to->closed) && copy_list(a, &to->except_accounts) &&
	       copy_list(a, &to->except_institutions) && copy_list(a, &to->except_days);
}

static enum status begin(struct alert_rules **out, const struct alert_rules *base)
{
	struct arena *a = arena_new(MEMORY);
	struct alert_rules *r = a ? arena_alloc(a, sizeof *r) : NULL;
	bool ok = r != NULL;

	if (r)
		*r = (struct alert_rules){
		    .arena = a, .rules = arena_array(a, ALERT_RULES_MAX, sizeof *r->rules)};
	ok = ok && r->rules;
	for (size_t i = 0; ok && i < alert_rules_count(base); i++)
		ok = copy_rule(a, &r->rules[r->count++], &base->rules[i]);
	*out = ok ? r : NULL;
	if (ok)
		return ST_OK;
	arena_free(a);
	return fail(ST_NOMEM, "no memory for the rules of alerts");
}

enum status alert_rules_read(struct alert_rules **out, const char *file, struct span bytes,
			     const struct alert_rules *base, struct problems *ps)
{
	struct alert_rules *r = NULL;
	struct ynode *root = NULL;
	enum status st = begin(&r, base);

	*out = NULL;
	if (!st)
		st = yaml_read(r->arena, file, bytes, 1, &root, ps);
	if (!st)
		st = alert_rules_parse(r, file, root, ps);
	if (st) {
		alert_rules_free(r);
		return st;
	}
	*out = r;
	return ST_OK;
}

/* One file on top of what is there; one that is missing changes nothing. */
static enum status add_file(struct alert_rules **rules, const char *folder, struct problems *ps)
{
	struct alert_rules *more = NULL;
	struct buf path, bytes;
	enum status st;

	buf_init(&path, PATH_MAX);
	buf_init(&bytes, FILE_BYTES);
	path_join(&path, folder, "alerts.yaml");
	st = path.st ? path.st : file_read(buf_str(&path), &bytes);
	if (!st)
		st = alert_rules_read(&more, buf_str(&path), buf_span(&bytes), *rules, ps);
	else if (st == ST_NOTFOUND)
		st = ST_OK;
	if (more) {
		alert_rules_free(*rules);
		*rules = more;
	}
	buf_clear(&path);
	buf_clear(&bytes);
	return st;
}

enum status alert_rules_load(struct alert_rules **out, const char *content, const char *vault,
			     struct problems *ps)
{
	struct alert_rules *r = NULL;
	enum status st = begin(&r, NULL);

	if (!st)
		st = add_file(&r, content, ps);
	if (!st && vault)
		st = add_file(&r, vault, ps);
	if (st) {
		alert_rules_free(r);
		r = NULL;
	}
	*out = r;
	return st;
}
