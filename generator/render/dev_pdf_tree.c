#include "generator/render/dev_pdf_impl.h"

#include <stdlib.h>

static enum status add_kid(struct pdf_tree *t, int parent, struct pdf_kid kid)
{
	struct pdf_part *part = &t->parts[parent];
	int n = (int)t->nkids;

	if (!pdf_room(&t->kids, &t->kids_cap, t->nkids, sizeof *t->kids))
		return ST_NOMEM;
	kid.next = -1;
	t->kids[t->nkids++] = kid;
	if (part->last >= 0)
		t->kids[part->last].next = n;
	else
		part->first = n;
	part->last = n;
	return ST_OK;
}

enum status pdf_tree_open(struct pdf_tree *t, enum tag tag)
{
	int n = (int)t->nparts;
	enum status st;

	if ((t->now < 0) != (t->nparts == 0))
		return fail(ST_BUG, "a document has one root");
	if (!pdf_room(&t->parts, &t->parts_cap, t->nparts, sizeof *t->parts))
		return ST_NOMEM;
	t->parts[t->nparts++] =
	    (struct pdf_part){.tag = tag, .parent = t->now, .first = -1, .last = -1};
	st = t->now < 0 ? ST_OK : add_kid(t, t->now, (struct pdf_kid){.part = n});
	t->now = n;
	return st;
}

enum status pdf_tree_figure(struct pdf_tree *t, struct span alt, const double box[static 4])
{
	char *copy = strndup(alt.p ? alt.p : "", alt.n);
	enum status st =
	    copy ? pdf_tree_open(t, TAG_FIGURE) : fail(ST_NOMEM, "no memory for a figure");

	if (st) {
		free(copy);
		return st;
	}
	t->parts[t->now].alt = copy;
	memcpy(t->parts[t->now].box, box, sizeof t->parts[t->now].box);
	return ST_OK;
}

enum status pdf_tree_close(struct pdf_tree *t)
{
	if (t->now < 0)
		return fail(ST_BUG, "more parts closed than opened");
	t->now = t->parts[t->now].parent;
	return ST_OK;
}

enum status pdf_tree_piece(struct pdf_tree *t, int page, int mcid)
{
	return add_kid(t, t->now, (struct pdf_kid){.part = -1, .page = page, .mcid = mcid});
}

void pdf_tree_clear(struct pdf_tree *t)
{
	for (size_t i = 0; i < t->nparts; i++)
		free(t->parts[i].alt);
	free(t->parts);
	free(t->kids);
	*t = (struct pdf_tree){.now = -1};
}

/* ---- writing ----------------------------------------------------------------------------------
 */

/* Names of ISO 32000-1, 14.8.4, with the attributes that the kind implies (14.8.5). */
static const char *const tag_entries[TAG_COUNT] = {
    [TAG_DOCUMENT] = "/S/Document",
    [TAG_SECT] = "/S/Sect",
    [TAG_DIV] = "/S/Div",
    [TAG_H1] = "/S/H1",
    [TAG_H2] = "/S/H2",
    [TAG_H3] = "/S/H3",
    [TAG_H4] = "/S/H4",
    [TAG_P] = "/S/P",
    [TAG_QUOTE] = "/S/BlockQuote",
    [TAG_CODE] = "/S/Code",
    [TAG_LIST] = "/S/L/A<</O/List/ListNumbering/Disc>>",
    [TAG_LIST_NUMBERED] = "/S/L/A<</O/List/ListNumbering/Decimal>>",
    [TAG_ITEM] = "/S/LI",
    [TAG_LABEL] = "/S/Lbl",
    [TAG_ITEM_BODY] = "/S/LBody",
    [TAG_TABLE] = "/S/Table",
    [TAG_ROW] = "/S/TR",
    [TAG_HEAD_COLUMN] = "/S/TH/A<</O/Table/Scope/Column>>",
    [TAG_HEAD_ROW] = "/S/TH/A<</O/Table/Scope/Row>>",
    [TAG_CELL] = "/S/TD",
    [TAG_FIGURE] = "/S/Figure",
};

static void write_kid(struct pdf_writer *w, const struct pdf_kid *kid, int page, struct buf *b)
{
	if (kid->part >= 0)
		buf_addf(b, "%u 0 R", pdf_ref(w->parts[kid->part]));
	else if (kid->page == page)
		buf_addf(b, "%d", kid->mcid);
	else
		buf_addf(b, "<</Type/MCR/Pg %u 0 R/MCID %d>>", pdf_ref(w->pages[kid->page]),
			 kid->mcid);
}

/* The page of the first piece is the page of the part. */
static int page_of_part(const struct pdf_tree *t, const struct pdf_part *part)
{
	for (int k = part->first; k >= 0; k = t->kids[k].next)
		if (t->kids[k].part < 0)
			return t->kids[k].page;
	return -1;
}

/* What a figure says, and its box (ISO 32000-1, 14.8.5.4.3). */
static void write_figure(const struct pdf_part *part, struct buf *b)
{
	buf_adds(b, "/Alt");
	pdf_string(b, span_of(part->alt));
	buf_adds(b, "/A<</O/Layout/BBox[");
	for (int i = 0; i < 4; i++) {
		pdf_number(b, part->box[i]);
		buf_adds(b, i < 3 ? " " : "]>>");
	}
}

static void write_part(struct pdf_writer *w, size_t i, HPDF_Dict root, struct buf *b)
{
	const struct pdf_tree *t = &w->dev->tree;
	const struct pdf_part *part = &t->parts[i];
	int page = page_of_part(t, part);

	buf_cut(b, 0);
	buf_adds(b, tag_entries[part->tag]);
	if (part->alt)
		write_figure(part, b);
	buf_addf(b, "/P %u 0 R", pdf_ref(part->parent < 0 ? root : w->parts[part->parent]));
	if (page >= 0)
		buf_addf(b, "/Pg %u 0 R", pdf_ref(w->pages[page]));
	if (part->first >= 0)
		buf_adds(b, part->first == part->last ? "/K " : "/K[");
	for (int k = part->first; k >= 0; k = t->kids[k].next) {
		write_kid(w, &t->kids[k], page, b);
		if (t->kids[k].next >= 0)
			buf_addc(b, ' ');
	}
	if (part->first != part->last)
		buf_addc(b, ']');
	pdf_write(w, w->parts[i], b);
}

/* From each piece of each page back to its part. */
static HPDF_Dict write_parents(struct pdf_writer *w, struct buf *b)
{
	HPDF_Dict parents = pdf_object(w);

	buf_cut(b, 0);
	buf_adds(b, "/Nums[");
	for (size_t i = 0; i < w->dev->npages; i++) {
		const struct pdf_page *page = &w->dev->pages[i];

		buf_addf(b, "%zu[", i);
		for (size_t k = 0; k < page->nowner; k++)
			buf_addf(b, "%u 0 R ", pdf_ref(w->parts[page->owner[k]]));
		buf_adds(b, "]");
	}
	buf_adds(b, "]");
	pdf_write(w, parents, b);
	return parents;
}

HPDF_Dict pdf_write_tree(struct pdf_writer *w)
{
	const struct pdf_tree *t = &w->dev->tree;
	HPDF_Dict root = pdf_object(w), parents;
	struct buf b;

	buf_init(&b, PDF_PAGE_MAX);
	w->parts = arena_array(w->arena, t->nparts, sizeof *w->parts);
	for (size_t i = 0; w->parts && i < t->nparts; i++)
		w->parts[i] = pdf_object(w);
	if (!w->parts)
		w->st = ST_NOMEM;
	if (!w->st && t->nparts) {
		for (size_t i = 0; i < t->nparts; i++)
			write_part(w, i, root, &b);
		parents = write_parents(w, &b);
		buf_cut(&b, 0);
		buf_addf(&b,
			 "/Type/StructTreeRoot/K %u 0 R/ParentTree %u 0 R/ParentTreeNextKey %zu",
			 pdf_ref(w->parts[0]), pdf_ref(parents), w->dev->npages);
		pdf_write(w, root, &b);
	}
	buf_clear(&b);
	return root;
}
