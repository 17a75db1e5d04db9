#include "vault/flow/file_meta.h"

#include "generator/base/day.h"
#include "generator/sheet/yaml.h"

#include <limits.h>

const struct file_word file_categories[] = {
    {"report", "検査・報告"},	  {"medical", "診断書・意見書"}, {"plan", "計画・評価"},
    {"letter", "連絡・おたより"}, {"consent", "同意書"},	 {"work", "作品・写真"},
    {"other", "その他"},
};
const size_t file_category_count = sizeof file_categories / sizeof *file_categories;

const char *file_category_label(const char *id)
{
	for (size_t i = 0; i < file_category_count; i++)
		if (strcmp(file_categories[i].id, id) == 0)
			return file_categories[i].label;
	return NULL;
}

void file_path(const char *id, const char *name, struct buf *out)
{
	buf_cut(out, 0);
	buf_addf(out, "files/%s/%s", id, name);
}

/* ---- writing -------------------------------------------------------------------------------- */

static void put(struct buf *out, const char *key, const char *value, bool plain)
{
	buf_addf(out, "%s: ", key);
	yaml_put(out, span_of(value), false, plain);
	buf_addc(out, '\n');
}

void file_meta_write(const struct file_row *f, struct buf *out)
{
	const char *comma = "";
	char at[DAY_TEXT];

	time_utc(f->at, at);
	buf_adds(out, "---\nkarte: 1\n");
	put(out, "id", f->id, false);
	put(out, "name", f->name, false);
	put(out, "title", f->title, false);
	put(out, "category", f->category, false);
	put(out, "type", f->type, false);
	buf_addf(out, "bytes: %lld\n", f->bytes);
	put(out, "sha256", f->sha256, false);
	buf_adds(out, "readers: [");
	for (int r = ROLE_HOUSEHOLD; r < ROLE_COUNT; r++)
		if (role_in((enum role)r, f->readers)) {
			buf_addf(out, "%s%s", comma, role_name((enum role)r));
			comma = ", ";
		}
	buf_adds(out, "]\n");
	put(out, "sharing", f->open ? "open" : "consent", false);
	if (f->institution[0])
		put(out, "institution", f->institution, false);
	if (f->staff_only)
		buf_adds(out, "staff-only: true\n");
	if (f->release[0])
		put(out, "release", f->release, false);
	put(out, "by", f->account, false);
	put(out, "at", at, true);
	buf_adds(out, "---\n");
}

/* ---- reading -------------------------------------------------------------------------------- */

static bool take(struct ynode *root, const char *key, char *out, size_t room)
{
	struct span s = ymap_text(root, key);

	return s.n && span_copy(s, out, room);
}

static bool take_readers(struct ynode *root, role_set *out)
{
	struct ynode *list = ymap_get(root, "readers");

	*out = 0;
	if (!list || list->kind != Y_LIST)
		return false;
	for (struct ynode *n = list->first; n; n = n->next) {
		enum role r = role_find(n->text);
		if (!role_reads_content(r))
			return false;
		*out |= ROLE_BIT(r);
	}
	return true;
}

static bool is_sha(const char *s)
{
	return strlen(s) == SHA256_HEX - 1 && strspn(s, "0123456789abcdef") == SHA256_HEX - 1;
}

static bool take_all(struct ynode *root, struct file_row *f)
{
	struct span institution = ymap_text(root, "institution");
	struct span release = ymap_text(root, "release");
	int64_t at = 0;
	long bytes = 0;
	bool ok = take(root, "id", f->id, sizeof f->id) &&
		  take(root, "name", f->name, sizeof f->name) &&
		  take(root, "title", f->title, sizeof f->title) &&
		  take(root, "category", f->category, sizeof f->category) &&
		  take(root, "type", f->type, sizeof f->type) &&
		  take(root, "sha256", f->sha256, sizeof f->sha256) && is_sha(f->sha256) &&
		  take(root, "by", f->account, sizeof f->account) &&
		  take_readers(root, &f->readers) && path_id(span_of(f->id)) &&
		  path_name(span_of(f->name)) && time_parse_utc(ymap_text(root, "at"), &at) &&
		  span_number(ymap_text(root, "bytes"), LONG_MAX, &bytes);

	f->open = span_is(ymap_text(root, "sharing"), "open");
	f->staff_only = span_is(ymap_text(root, "staff-only"), "true");
	f->at = at;
	f->bytes = bytes;
	if (release.n && (!path_id(release) || !span_copy(release, f->release, sizeof f->release)))
		return false;
	return ok &&
	       (!institution.n || (path_id(institution) &&
				   span_copy(institution, f->institution, sizeof f->institution)));
}

enum status file_meta_read(struct span text, struct file_row *out)
{
	struct arena *a = arena_new(256 * 1024);
	struct span head = yaml_head(text);
	struct ynode *root;
	bool ok;

	*out = (struct file_row){.at = 0};
	ok = a && head.p && yaml_read(a, "meta.md", head, 2, &root, NULL) == ST_OK &&
	     take_all(root, out);
	arena_free(a);
	return ok ? ST_OK : fail(ST_INVALID, "what is said about a file cannot be read");
}
