#include "generator/render/slip.h"

#include "generator/base/utf8.h"
#include "generator/render/dev_pdf.h"
#include "generator/render/dev_text.h"
#include "generator/render/slip_int.h"

/* ---- checks -----------------------------------------------------------------------------------
 */

static enum status check_text(struct span text, bool required, const char *what, size_t number)
{
	if (required && span_trim(text).n == 0)
		return fail(ST_INVALID, "letter %zu has no %s", number, what);
	if (text.n > SLIP_TEXT_MAX)
		return fail(ST_TOOBIG, "letter %zu: the %s is longer than %d bytes", number, what,
			    SLIP_TEXT_MAX);
	if (utf8_check(text) != text.n)
		return fail(ST_INVALID, "letter %zu: the %s is no text", number, what);
	return ST_OK;
}

static enum status check_texts(const struct span *list, size_t n, size_t max, const char *what,
			       size_t number)
{
	enum status st = ST_OK;

	if (n > max)
		return fail(ST_TOOBIG, "letter %zu: over %zu times a %s", number, max, what);
	for (size_t i = 0; i < n && !st; i++)
		st = check_text(list[i], true, what, number);
	return st;
}

static enum status check(const struct slip *s, size_t number)
{
	const struct {
		struct span text;
		bool required;
		const char *what;
	} texts[] = {
	    {s->name, true, "name"},	   {s->institution, false, "institution"},
	    {s->account, true, "account"}, {s->title, true, "title"},
	    {s->lead, false, "lead"},	   {s->codes_label, false, "label of codes"},
	    {s->qr, false, "QR code"},	   {s->qr_label, false, "label of the QR code"},
	    {s->until, false, "end"},	   {s->sender, false, "sender"},
	    {s->help, false, "help"},
	};
	enum status st = ST_OK;

	for (size_t i = 0; i < sizeof texts / sizeof *texts && !st; i++)
		st = check_text(texts[i].text, texts[i].required, texts[i].what, number);
	if (!st)
		st = check_texts(s->steps, s->nsteps, SLIP_STEPS_MAX, "step", number);
	if (!st)
		st = check_texts(s->codes, s->ncodes, SLIP_CODES_MAX, "code", number);
	if (!st && !day_exists(s->on))
		st = fail(ST_INVALID, "letter %zu has no date", number);
	return st;
}

static enum status check_all(const struct slip *letters, size_t count)
{
	enum status st = ST_OK;

	if (count == 0)
		return fail(ST_INVALID, "no letter to print");
	if (count > SLIP_LETTERS_MAX)
		return fail(ST_TOOBIG, "at most %d letters at once", SLIP_LETTERS_MAX);
	for (size_t i = 0; i < count && !st; i++)
		st = check(&letters[i], i + 1);
	return st;
}

/* ---- documents --------------------------------------------------------------------------------
 */

/* One letter; its measures are given back before the next. */
static enum status draw_letter(const struct print_style *s, struct device *dev,
			       const struct slip *letter, size_t number, bool bookmark)
{
	struct flow f;
	enum status st = flow_init(&f, s, dev);

	if (!st)
		st = slip_page(&f, letter, number, bookmark);
	flow_clear(&f);
	return st ? st : dev->st;
}

static enum status draw(const struct print_style *s, struct device *dev, const struct slip *letters,
			size_t count, struct print_report *report)
{
	enum status st = check_all(letters, count);

	if (!st)
		dev->ops->open(dev, TAG_DOCUMENT);
	for (size_t i = 0; i < count && !st; i++)
		st = draw_letter(s, dev, &letters[i], i + 1, count > 1);
	if (!st)
		dev->ops->close(dev);
	if (report) {
		*report = (struct print_report){.pages = st ? 0 : count, .nmissing = dev->nmissing};
		memcpy(report->missing, dev->missing, sizeof report->missing);
	}
	return st ? st : dev->st;
}

/* はじめてのログインのご案内　𠮷田 美咲 様, or how many there are. */
static void put_title(struct buf *b, const struct slip *letters, size_t count)
{
	buf_addspan(b, letters[0].title);
	if (count == 1)
		buf_addf(b, "　%.*s 様", SPAN_ARG(letters[0].name));
	else
		buf_addf(b, "　%zu通", count);
}

enum status slip_pdf(const struct print_style *s, struct fonts *f, const struct slip *letters,
		     size_t count, struct buf *out, struct print_report *report)
{
	struct device *dev = dev_pdf_new(f, PAPER_W * MM, PAPER_H * MM);
	struct pdf_about about = {0};
	struct buf title;
	enum status st = dev ? ST_OK : ST_NOMEM;

	buf_init(&title, 2 * SLIP_TEXT_MAX + 64);
	if (!st)
		st = draw(s, dev, letters, count, report);
	if (st)
		goto out;
	put_title(&title, letters, count);
	about.title = buf_span(&title);
	about.at = day_begin_jst(letters[0].on);
	st = title.st ? title.st : dev_pdf_finish(dev, &about, out);

out:
	dev_pdf_free(dev);
	buf_clear(&title);
	return st;
}

enum status slip_text(const struct print_style *s, struct fonts *f, const struct slip *letters,
		      size_t count, struct buf *out, struct print_report *report)
{
	struct device *dev = dev_text_new(out, f);
	size_t before = out->len;
	enum status st = dev ? ST_OK : ST_NOMEM;

	if (!st)
		st = draw(s, dev, letters, count, report);
	if (!st)
		st = out->st;
	else if (!out->st)
		buf_cut(out, before);
	dev_text_free(dev);
	return st;
}
