/* The papers of a handover as a small site that needs no server, in one archive. */
#include "vault/page/handover_papers.h"

#include "generator/base/day.h"
#include "generator/base/sha256.h"
#include "generator/render/html_view.h"
#include "generator/render/theme.h"

#include <stdio.h>

enum { SITE_FILES = HANDOVER_SHEETS + 5, SITE_NAME = 24 };

struct site {
	struct papers *k;
	struct buf bytes[SITE_FILES];
	char names[SITE_FILES][SITE_NAME];
	size_t n;
};

static struct buf *add(struct site *s, const char *name)
{
	struct buf *b = &s->bytes[s->n];

	snprintf(s->names[s->n++], SITE_NAME, "%s", name);
	buf_init_secret(b, PAPERS_PDF_MAX);
	return b;
}

/* ---- pages ---------------------------------------------------------------------------------- */

static void page_begin(struct html *h, struct buf *b, struct span title)
{
	buf_adds(b, "<!DOCTYPE html>\n");
	html_init(h, b);
	html_open(h, "html");
	html_attrs(h, "lang", "ja");
	html_open(h, "head");
	html_open(h, "meta");
	html_attrs(h, "charset", "utf-8");
	html_leaf(h, "title", title);
	html_open(h, "meta");
	html_attrs(h, "name", "viewport");
	html_attrs(h, "content", "width=device-width, initial-scale=1");
	html_open(h, "meta");
	html_attrs(h, "name", "color-scheme");
	html_attrs(h, "content", "light dark");
	html_open(h, "link");
	html_attrs(h, "rel", "stylesheet");
	html_attrs(h, "href", "style.css");
	html_close(h);
	html_open(h, "body");
	html_open(h, "div");
	html_class(h, "inner body");
	html_open(h, "main");
	html_attrs(h, "id", "main");
	html_leaf(h, "h1", title);
}

static enum status page_end(struct html *h)
{
	html_close_to(h, "html");
	return html_end(h);
}

static struct span day_of(struct papers *k, struct span iso)
{
	char text[DAY_TEXT] = "";
	struct day d;

	if (day_parse(iso, &d))
		day_era(d, text);
	return arena_copy(k->p->arena, span_of(text));
}

static struct span today_of(struct papers *k)
{
	return day_of(k, span_of(k->l.today));
}

static enum status index_page(struct site *s)
{
	struct papers *k = s->k;
	const char *purpose = handover_purpose(k->l.h.purpose);
	struct html h;

	page_begin(&h, add(s, "index.html"), SPAN("引き継ぎ"));
	facts_begin(&h);
	fact_text(&h, "お子さん", span_of(k->child.name));
	fact_text(&h, "ふりがな", span_of(k->child.kana));
	fact_text(&h, "生年月日", day_of(k, span_of(k->child.born)));
	fact_text(&h, "だれから", handover_place(&k->l, k->l.h.from));
	fact_text(&h, "だれへ", handover_receiver(&k->l));
	fact_text(&h, "何のため", span_of(purpose ? purpose : "—"));
	fact_text(&h, "出した日", today_of(k));
	fact_text(&h, "記録の確認番号", span_of(k->checkpoint));
	if (k->l.h.message.n)
		fact_text(&h, "ひとこと", k->l.h.message);
	html_close(&h);
	html_leafs(&h, "h2", "シート");
	html_open(&h, "ul");
	for (size_t i = 0; i < k->n; i++) {
		char href[SITE_NAME];

		snprintf(href, sizeof href, "sheet-%zu.html", i + 1);
		html_open(&h, "li");
		html_link(&h, href, view_title(k->views[i]));
		html_close(&h);
	}
	html_open(&h, "li");
	html_link(&h, "handover.pdf", SPAN("すべてを 1つにした PDF"));
	html_close(&h);
	html_close(&h);
	return page_end(&h);
}

static enum status sheet_page(struct site *s, size_t i)
{
	struct papers *k = s->k;
	struct name_source source;
	struct render_names names;
	char file[SITE_NAME];
	struct html h;

	snprintf(file, sizeof file, "sheet-%zu.html", i + 1);
	names_init(&names, &source, k->p->app);
	page_begin(&h, add(s, file), view_title(k->views[i]));
	facts_begin(&h);
	fact_text(&h, "お子さん", span_of(k->child.name));
	fact_text(&h, "版", k->versions[i]);
	fact_text(&h, "記録の確認番号", span_of(k->checkpoint));
	html_close(&h);
	html_view(&h, k->views[i], &(struct view_look){.names = &names});
	html_open(&h, "p");
	html_link(&h, "index.html", SPAN("引き継ぎの はじめへ"));
	html_close(&h);
	return page_end(&h);
}

/* The same look as here, colours and sizes first. */
static enum status style(struct site *s)
{
	static const char *const parts[] = {"tokens.css", "style.css"};
	const struct theme *t = s->k->p->app->theme;
	struct buf *b = add(s, "style.css");

	for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
		for (size_t j = 0; j < theme_assets(t); j++)
			if (strcmp(theme_asset(t, j)->name, parts[i]) == 0)
				buf_addspan(b, theme_asset(t, j)->bytes);
	return b->st;
}

/* The whole signed note, of which the papers print the short form. */
static enum status checkpoint(struct site *s)
{
	struct buf *b = add(s, "checkpoint.txt");
	enum status st = journal_checkpoint(s->k->p->app->journal, b);

	return st ? st : b->st;
}

/* ---- what it is, for who opens it ----------------------------------------------------------- */

/* The last one: it tells what the others must be. */
static enum status readme(struct site *s)
{
	struct papers *k = s->k;
	size_t others = s->n;
	struct buf *b = add(s, "README.txt");
	struct span from = handover_place(&k->l, k->l.h.from), to = handover_receiver(&k->l),
		    today = today_of(k);
	char hex[SHA256_HEX];

	buf_addf(b, "%.*sさんの 引き継ぎ\r\n\r\n", SPAN_ARG(span_of(k->child.name)));
	buf_addf(b, "出した機関: %.*s\r\n", SPAN_ARG(from));
	buf_addf(b, "受けとる相手: %.*s\r\n", SPAN_ARG(to));
	buf_addf(b, "出した日: %.*s\r\n", SPAN_ARG(today));
	buf_addf(b, "引き継ぎの番号: %.*s\r\n", SPAN_ARG(k->l.h.id));
	buf_addf(b, "記録の確認番号: %s\r\n\r\n", k->checkpoint);
	buf_adds(b,
		 "保護者が 同意した欄だけが 入っています。個人情報です。\r\n"
		 "ほかの人に わたさないでください。いらなくなったら 消してください。\r\n\r\n"
		 "開きかた\r\n"
		 "1. このフォルダーの中の ファイルを、ぜんぶ 同じ場所に 取り出します。\r\n"
		 "2. index.html を 開くと、ブラウザーで 読めます。ネットワークは いりません。\r\n"
		 "3. handover.pdf は、同じ内容を 1つにした 印刷用です。\r\n"
		 "4. checkpoint.txt は、出したときの 記録の 署名つきの 控えです。\r\n"
		 "   とっておくと、記録が あとから 書きかえられていないことを\r\n"
		 "   確かめられます（karte verify --checkpoint）。\r\n\r\n"
		 "中身が 変わっていないことの 確かめかた（SHA-256）\r\n");
	for (size_t i = 0; i < others; i++) {
		sha256_hex(buf_span(&s->bytes[i]), hex);
		buf_addf(b, "%s  %s\r\n", hex, s->names[i]);
	}
	return b->st;
}

/* ---- together ------------------------------------------------------------------------------- */

static enum status fill(struct site *s)
{
	enum status st = index_page(s);

	for (size_t i = 0; i < s->k->n && !st; i++)
		st = sheet_page(s, i);
	if (!st)
		st = papers_pdf(s->k, add(s, "handover.pdf"));
	if (!st)
		st = style(s);
	if (!st)
		st = checkpoint(s);
	return st ? st : readme(s);
}

enum status papers_archive(struct papers *k, struct buf *out)
{
	struct site s = {.k = k};
	struct zip_file files[SITE_FILES];
	enum status st = fill(&s);

	for (size_t i = 0; i < s.n; i++)
		files[i] = (struct zip_file){s.names[i], buf_span(&s.bytes[i])};
	if (!st)
		st = zip_pack(files, s.n, k->p->req->now, out);
	for (size_t i = 0; i < s.n; i++)
		buf_clear(&s.bytes[i]);
	return st;
}
