#include "vault/page/display.h"

#include "vault/db/display.h"
#include "vault/page/login.h"

enum { YEAR_SECONDS = 365 * 24 * 3600 };

static const char cookie_name[] = "display";

static const struct field_choice sizes[] = {
    {"", "標準"}, {"large", "大きい"}, {"huge", "とても大きい"}};
static const struct field_choice rubies[] = {{"", "なし"}, {"ruby", "あり"}};
static const struct field_choice colours[] = {
    {"", "自動（端末の設定と同じ）"}, {"light", "明るい"}, {"dark", "暗い"}};
static const struct field_choice motions[] = {{"", "端末の設定と同じ"},
					      {"still", "動きを少なくする"}};

/* ---- as text -------------------------------------------------------------------------------- */

/* "large.ruby.dark.still" and back; words that are not known are ignored. */
static struct display display_read(struct span text)
{
	struct display d = {.ruby = false};

	while (text.n) {
		struct span word = span_cut(&text, '.');

		if (span_is(word, "large"))
			d.size = SIZE_LARGE;
		else if (span_is(word, "huge"))
			d.size = SIZE_HUGE;
		else if (span_is(word, "light"))
			d.colour = COLOUR_LIGHT;
		else if (span_is(word, "dark"))
			d.colour = COLOUR_DARK;
		else if (span_is(word, "ruby"))
			d.ruby = true;
		else if (span_is(word, "still"))
			d.still = true;
	}
	return d;
}

static void display_write(const struct display *d, struct buf *out)
{
	const char *const words[] = {sizes[d->size].value, rubies[d->ruby].value,
				     colours[d->colour].value, motions[d->still].value};
	const char *between = "";

	for (size_t i = 0; i < sizeof words / sizeof *words; i++)
		if (*words[i]) {
			buf_addf(out, "%s%s", between, words[i]);
			between = ".";
		}
	if (!*between)
		buf_adds(out, "standard"); /* a cookie has some value */
}

struct display display_of(const struct page *p)
{
	struct display d = {.ruby = false};
	struct span cookie;
	struct buf text;

	buf_init(&text, DISPLAY_TEXT);
	if (p->who && display_get(p->app->db, span_of(p->who->id), &text) == ST_OK)
		d = display_read(buf_span(&text));
	else if (request_cookie(p->req, "__Host-display", &cookie))
		d = display_read(cookie);
	buf_clear(&text);
	return d;
}

/* ---- the page ------------------------------------------------------------------------------- */

static void put_choice(struct html *h, const char *id, const char *label, const char *hint,
		       const struct field_choice *choices, size_t n, size_t now)
{
	const struct field_look look = {.id = id, .label = label, .hint = hint};

	field_radios(h, &look, choices, n, span_of(choices[now].value));
}

static void put_form(struct page *p, struct html *h, const struct display *d)
{
	html_open(h, "form");
	html_attrs(h, "method", "post");
	html_attrs(h, "action", "/settings/display");
	frame_csrf(h, p);
	put_choice(h, "size", "文字の大きさ", NULL, sizes, 3, d->size);
	put_choice(
	    h, "ruby", "ふりがな",
	    "画面の言葉と むずかしい言葉に、読みかたを 付けます。人が書いた 文章には 付きません。",
	    rubies, 2, d->ruby);
	put_choice(h, "colour", "色", NULL, colours, 3, d->colour);
	put_choice(h, "motion", "動き", NULL, motions, 2, d->still);
	form_button(h, "この表示にする", "");
	html_close(h);
}

enum status page_display(struct page *p)
{
	struct display d = display_of(p);
	struct frame f = {.title = "表示の設定"};
	unsigned char bound[SHA256_LEN];
	struct html h;
	struct buf body;
	enum status st = p->who ? ST_OK : login_pre_begin(p, bound);

	if (form_get(&p->query, "saved").n) {
		f.banner_kind = "success";
		f.banner = "表示を 変えました。";
	}
	frame_body(&h, &body);
	put_form(p, &h, &d);
	html_leafs(&h, "p",
		   p->who
		       ? "この設定は アカウントに 保存されます。どの端末でも 同じ表示になります。"
		       : "ログインする前は、この端末の この画面だけの 設定です。");
	if (!st)
		st = frame_send(p, 200, &f, &body);
	buf_clear(&body);
	return st;
}

/* One of the choices, and nothing else. */
static bool choose(const struct page *p, const char *name, const struct field_choice *choices,
		   size_t n, size_t *out)
{
	struct span sent = form_get(&p->form, name);

	for (size_t i = 0; i < n; i++)
		if (sent.p && span_is(sent, choices[i].value)) {
			*out = i;
			return true;
		}
	return false;
}

/* A page for anybody: its token is that of the session, or of the cookie of the page itself. */
static bool token_fits(const struct page *p)
{
	unsigned char bound[SHA256_LEN];

	if (!p->who)
		return login_pre_check(p, bound);
	return csrf_check(form_get(&p->form, "csrf"), p->app->csrf_key, p->session.token.lookup);
}

static enum status keep(struct page *p, const struct display *d)
{
	struct buf text;
	enum status st;

	buf_init(&text, DISPLAY_TEXT);
	display_write(d, &text);
	st = text.st;
	if (!st && p->who)
		st = display_put(p->app->db, span_of(p->who->id), buf_span(&text));
	else if (!st)
		st = response_cookie_set(p->res, cookie_name, buf_span(&text), YEAR_SECONDS);
	buf_clear(&text);
	return st;
}

enum status page_display_post(struct page *p)
{
	size_t size, ruby, colour, motion;
	struct display d;
	enum status st;

	if (!token_fits(p))
		return page_error(p, 403, 0);
	if (!choose(p, "size", sizes, 3, &size) || !choose(p, "ruby", rubies, 2, &ruby) ||
	    !choose(p, "colour", colours, 3, &colour) || !choose(p, "motion", motions, 2, &motion))
		return page_error(p, 400, 0);
	d = (struct display){(enum display_size)size, (enum display_colour)colour, ruby > 0,
			     motion > 0};
	st = keep(p, &d);
	return st ? st : response_redirect(p->res, "/settings/display?saved=1");
}
