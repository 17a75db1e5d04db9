/* What is never given to families, and what only by a release. */
#include "generator/base/file.h"
#include "generator/base/text.h"
#include "generator/sheet/yaml.h"
#include "vault/flow/file_text.h"
#include "vault/flow/files.h"

#include <stdlib.h>

enum { HEADING_BYTES = 600, MASTER_MAX = 64 * 1024 };

static enum status refuse_staff_only(struct span word)
{
	return fail(ST_INVALID,
		    "「%.*s」と 書いてあるので、保護者に 渡せません。職員だけの文書です",
		    SPAN_ARG(word));
}

/* The first word of a list that stands in a text, which is a search key. */
static struct span find_word(const struct ynode *list, struct span key)
{
	struct span found = SPAN_NONE;
	struct buf word;

	buf_init(&word, 4096);
	for (const struct ynode *n = list ? list->first : NULL; n && !found.p; n = n->next) {
		buf_cut(&word, 0);
		text_search_key(n->text, &word);
		if (word.len && span_find(key, buf_span(&word)) >= 0)
			found = n->text;
	}
	buf_clear(&word);
	return found;
}

/* Name and title, and the text: its beginning, and all of it. */
static enum status look_for_words(struct ynode *root, const struct file_row *row, struct span text)
{
	struct span top = span_make(text.p, text.n < HEADING_BYTES ? text.n : HEADING_BYTES), word;
	struct buf head, all;
	enum status st;

	while (top.n && top.n < text.n && ((unsigned char)text.p[top.n] & 0xc0) == 0x80)
		top.n--;
	buf_init(&head, 64 * 1024);
	buf_init(&all, 4 * FILE_TEXT_MAX);
	text_search_key(span_of(row->name), &head);
	buf_addc(&head, '\n');
	text_search_key(span_of(row->title), &head);
	buf_addspan(&all, buf_span(&head));
	buf_addc(&head, '\n');
	text_search_key(top, &head);
	buf_addc(&all, '\n');
	text_search_key(text, &all);
	st = head.st ? head.st : all.st;
	word = st ? SPAN_NONE : find_word(ymap_get(root, "anywhere"), buf_span(&all));
	if (!st && !word.p)
		word = find_word(ymap_get(root, "heading"), buf_span(&head));
	buf_clear(&head);
	buf_clear(&all);
	return st ? st : word.p ? refuse_staff_only(word) : ST_OK;
}

/* The words of the municipality's list.  Without a list nothing is given to anybody. */
static enum status words(struct app *app, struct arena *a, struct ynode **root)
{
	struct buf path, text;
	enum status st;

	buf_init(&path, PATH_MAX);
	buf_init(&text, MASTER_MAX);
	buf_addf(&path, "%s/masters/staff-only.yaml", app->conf.content);
	st = path.st ? path.st : file_read(buf_str(&path), &text);
	if (!st)
		st = yaml_read(a, "staff-only.yaml", buf_span(&text), 1, root, NULL);
	if (st && st != ST_NOMEM)
		st = fail(ST_CONFIG, "%s cannot be read", buf_str(&path));
	buf_clear(&path);
	buf_clear(&text);
	return st;
}

static enum status refuse_words(struct app *app, const struct checked *c,
				const struct file_row *row)
{
	struct arena *a = arena_new(1024 * 1024);
	struct ynode *root = NULL;
	struct buf text;
	bool whole = false;
	enum status st = a ? words(app, a, &root) : ST_NOMEM;

	buf_init(&text, FILE_TEXT_MAX);
	if (!st && !c->waits)
		st = file_text(app, c->kind, c->fd, c->bytes, &text, &whole);
	if (!st)
		st = look_for_words(root, row, buf_span(&text));
	buf_clear(&text);
	arena_free(a);
	return st;
}

enum status file_rules(struct app *app, const struct checked *c, const struct file_row *row,
		       size_t nchildren)
{
	if (!role_in(ROLE_HOUSEHOLD, row->readers))
		return ST_OK;
	if (row->staff_only)
		return fail(ST_INVALID, "職員だけの文書は、保護者に 見せられません");
	if (nchildren > 1)
		return fail(ST_INVALID, "何人もの 子どもの保護者に 渡すときは、「配布」を "
					"使ってください（ふたりで 確かめます）");
	return refuse_words(app, c, row);
}
