#include "generator/render/layout.h"

#include <stdlib.h>

/* What stands on every page around the text. */

enum { GAP = 6 };

static void put_text(struct flow *f, struct span text, enum face face, double size, double x,
		     double y, bool right)
{
	struct para p = para_plain(f, text, face, size);

	if (f->st)
		return;
	f->dev->ops->text(f->dev, &(struct device_text){.text = p.text,
							.face = face,
							.size = size,
							.x = right ? x - p.natural : x,
							.y = y});
}

static void put_draft_mark(struct flow *f, double y)
{
	static const char word[] = "下書き";
	double size = f->style->label, right = flow_left(f) + flow_width(f);
	struct para p = para_plain(f, span_of(word), FACE_BOLD, size);

	if (f->st)
		return;
	f->dev->ops->frame(f->dev, right - p.natural - 2 * GAP, y - size - 1, p.natural + 2 * GAP,
			   size + 5, 0.8, 0);
	put_text(f, span_of(word), FACE_BOLD, size, right - GAP, y, true);
}

/* Is a page one of a sheet, or of the growth that follows the sheets? */
static const struct view *view_of(const struct flow *f, const struct print_job *job, size_t page)
{
	size_t view = (size_t)f->page_view[page];

	return view < job->nviews ? job->views[view] : NULL;
}

static struct span title_of(const struct view *v)
{
	return v ? view_title(v) : SPAN(PRINT_GROWTH_TITLE);
}

static void put_header(struct flow *f, const struct print_job *job, size_t page)
{
	const struct view *v = view_of(f, job, page);
	const struct print_style *s = f->style;
	bool first = page == 0 || f->page_view[page - 1] != f->page_view[page];
	bool draft = v && view_status(v) == SHEET_DRAFT;
	double y = s->top - 16;

	if (first && !draft)
		return;
	f->dev->ops->begin_artifact(f->dev, ARTIFACT_HEADER);
	if (!first)
		put_text(
		    f, flow_text(f, "%.*s　%.*s", SPAN_ARG(title_of(v)), SPAN_ARG(job->child_name)),
		    FACE_HEAD, s->note, flow_left(f), y, false);
	if (draft)
		put_draft_mark(f, y);
	f->dev->ops->end_artifact(f->dev);
}

/* 教育支援シート 令和8年度 版 3（a1b2c3d）　1/2　保護者 山田 太郎　取扱注意 */
static struct span footer_words(struct flow *f, const struct print_job *job, size_t page)
{
	const struct view *v = view_of(f, job, page);
	struct span title = title_of(v), version = SPAN_NONE;

	if (v)
		version = job->versions ? job->versions[f->page_view[page]] : job->version;
	return flow_text(f, "%.*s%s%.*s　%zu/%zu%s%.*s　取扱注意", SPAN_ARG(title),
			 version.n ? " 版 " : "", SPAN_ARG(version), page + 1, f->npages,
			 job->made_for.n ? "　" : "", SPAN_ARG(job->made_for));
}

static void put_footer(struct flow *f, const struct print_job *job, size_t page,
		       const struct qr *code)
{
	const struct print_style *s = f->style;
	double y = s->height - s->bottom + 10, lh = s->note * 1.4;
	double side = code->side ? s->code_side : 0;
	struct para p = para_plain(f, footer_words(f, job, page), FACE_HEAD, s->note);

	para_break(f, &p, flow_width(f) - side - (side > 0 ? 2 * GAP : 0));
	if (f->st)
		return;
	f->dev->ops->begin_artifact(f->dev, ARTIFACT_FOOTER);
	f->dev->ops->line(f->dev, flow_left(f), y, flow_left(f) + flow_width(f), y, s->rule_line,
			  s->frame_grey);
	y += GAP;
	if (side > 0)
		f->dev->ops->code(f->dev, flow_left(f) + flow_width(f) - side, y, side, code);
	for (size_t i = 0; i < p.nlines; i++, y += lh)
		put_text(f, span_make(p.text.p + p.lines[i].from, p.lines[i].to - p.lines[i].from),
			 FACE_HEAD, s->note, flow_left(f), y + s->note, false);
	if (job->checkpoint.n)
		put_text(f, flow_text(f, "記録 %.*s", SPAN_ARG(job->checkpoint)), FACE_HEAD,
			 s->note, flow_left(f), y + s->note, false);
	f->dev->ops->end_artifact(f->dev);
}

void flow_furniture(struct flow *f, const struct print_job *job)
{
	struct qr *code = calloc(1, sizeof *code);

	if (!code && !f->st)
		f->st = fail(ST_NOMEM, "no memory for a QR code");
	if (!f->st && job->verify_url.n)
		f->st = qr_encode(job->verify_url, code);
	for (size_t i = 0; i < f->npages && !f->st; i++) {
		f->dev->ops->resume_page(f->dev, i);
		put_header(f, job, i);
		put_footer(f, job, i, code);
	}
	if (!f->st)
		f->st = f->dev->st;
	free(code);
}
