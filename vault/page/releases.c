/* /releases: what was prepared here, and what waits for a second person. */
#include "vault/page/releases.h"

#include "vault/flow/note.h"

#include <stdio.h>

enum status releases_for_staff(struct page *p)
{
	return p->who && p->who->staff ? ST_OK : refuse(p->app, &p->q, "not-yours");
}

void href_release(char out[static HREF_MAX], const char *id, const char *rest)
{
	snprintf(out, HREF_MAX, "/releases/%s%s", id, rest);
}

void put_release_state(struct html *h, enum release_state s)
{
	static const char *const looks[RELEASE_STATES] = {
	    [RELEASE_DRAFT] = "tag tag-plain",	  [RELEASE_ASKED] = "tag tag-warning",
	    [RELEASE_CONFIRMED] = "tag tag-info", [RELEASE_GIVING] = "tag tag-info",
	    [RELEASE_GIVEN] = "tag tag-success",  [RELEASE_RECALLED] = "tag tag-error",
	};

	html_leaf_class(h, "span", looks[s], span_of(release_state_label(s)));
}

enum status releases_record(struct page *p, const char *event, const char *id, size_t shown)
{
	char object[64] = "";
	struct note n = {.class = "read",
			 .event = event,
			 .who = p->who,
			 .object = span_of(object),
			 .decision = "allow",
			 .reason = "role",
			 .request = p->req->id,
			 .hold = p->q.hold};

	snprintf(object, sizeof object, "releases/%s n=%zu", id, shown);
	return note_add(p->app, &n);
}

/* ---- the list ------------------------------------------------------------------------------- */

struct listing {
	struct page *p;
	struct html *h;
	size_t count;
};

static enum status one(void *ctx, const struct release_row *r)
{
	struct listing *l = ctx;
	struct html *h = l->h;
	struct account a;
	char href[HREF_MAX];
	bool yes = false;
	enum status st = release_may_see(l->p->app, &l->p->q, r, &yes);

	if (st || !yes)
		return st;
	if (!l->count++) {
		html_open(h, "ul");
		html_class(h, "cards");
	}
	href_release(href, r->id, "");
	html_open(h, "li");
	html_class(h, "card");
	html_link(h, href, span_of(r->title));
	html_texts(h, " ");
	put_release_state(h, release_state_of(span_of(r->state)));
	html_open(h, "p");
	html_class(h, "note");
	list_moment(h, r->made);
	if (account_get(l->p->app->db, span_of(r->account), &a) == ST_OK)
		html_textf(h, "　準備した人：%s",
			   strcmp(a.id, l->p->who->id) == 0 ? "あなた" : a.name);
	html_close(h);
	html_close(h);
	return ST_OK;
}

enum status page_releases(struct page *p)
{
	static const struct crumb crumbs[] = {{"/", {"ホーム", sizeof "ホーム" - 1}}};
	struct frame f = {.title = "配布", .crumbs = crumbs, .ncrumbs = 1};
	struct listing l = {.p = p};
	struct html h;
	struct buf body;
	enum status st = releases_for_staff(p);

	if (st)
		return st;
	frame_body(&h, &body);
	l.h = &h;
	html_leafs(
	    &h, "p",
	    "おたよりや 文書を、何人もの 子どもの保護者に 渡します。ふたりめの人が、相手の名前と "
	    "文書を 見て たしかめてから、渡ります。");
	html_open(&h, "p");
	html_open(&h, "a");
	html_class(&h, "button");
	html_attrs(&h, "href", "/releases/new");
	html_texts(&h, "新しく 配る");
	html_close(&h);
	html_close(&h);
	st = release_each(p->app->db, span_of(p->who->institution), RELEASE_LIST, one, &l);
	if (l.count)
		html_close(&h);
	else
		html_leafs(&h, "p", "まだ 配布は ありません。「新しく 配る」から はじめます。");
	if (!st)
		st = releases_record(p, "release.list", "", l.count);
	if (!st)
		st = frame_send(p, 200, &f, &body);
	buf_clear(&body);
	return st;
}
