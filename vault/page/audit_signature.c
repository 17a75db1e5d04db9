#include "vault/page/audit_change.h"

#include "vault/flow/finding_text.h"
#include "vault/flow/proof_seen.h"
#include "vault/page/widgets.h"

static void fact_begin(struct html *h, const char *label)
{
	html_open(h, "div");
	html_leafs(h, "dt", label);
	html_open(h, "dd");
}

static void fact_end(struct html *h)
{
	html_close(h);
	html_close(h);
}

/* ---- then --------------------------------------------------------------------------------- */

/* Why a signature does not count, when the state alone does not say it. */
static const char *explain(const struct signed_look *s)
{
	if (s->state == SIGNED_WRONG && !s->bytes)
		return "署名は、この版の内容に 合いません。";
	if (s->state == SIGNED_WRONG && !s->own)
		return "署名は 合っていますが、書いた人の鍵では ありません。";
	if (s->state == SIGNED_WRONG)
		return "署名は 合っていますが、そのとき この鍵は 使えないはずでした。";
	if (s->state == SIGNED_NONE)
		return "この版には 署名が ありません。この仕組みは、署名のない版を 書きません。";
	if (s->state == SIGNED_NO_KEY)
		return "登録簿に ない鍵で 署名されています。";
	if (s->state == SIGNED_UNCHECKED)
		return "署名の形が 読めません。";
	return NULL;
}

/* The first proof after it was written: what it said then. */
static enum status put_proof(struct change_page *c)
{
	struct html *h = c->h;
	struct proof_seen seen;
	enum status st = proof_seen(c->p->app, &c->repo, c->entry.version, c->entry.t, &seen);

	if (st)
		return st;
	list_fact_moment(h, "確認した日時", seen.at);
	fact_begin(h, "結果");
	if (!seen.looked) {
		html_texts(h, "まだ 検証されていません");
	} else {
		audit_signed(h, seen.bad ? SIGNED_WRONG : SIGNED_GOOD);
		if (seen.bad)
			html_leafs(h, "div", finding_text(span_of(seen.code)));
	}
	fact_end(h);
	return ST_OK;
}

static enum status put_then(struct change_page *c)
{
	const struct signed_look *s = &c->look.sign;
	struct html *h = c->h;
	enum status st;

	html_open(h, "section");
	html_class(h, "card");
	html_leafs(h, "h3", "そのとき");
	facts_begin(h);
	list_fact_moment(h, "書いた日時", c->look.time);
	if (s->made)
		list_fact_moment(h, "署名した日時", s->made);
	fact_begin(h, "書いた時の鍵");
	html_texts(h, !s->known	   ? "わからない"
		      : s->in_time ? "使える時でした"
				   : "使える時では ありませんでした");
	if (s->known) {
		html_open(h, "div");
		html_class(h, "note");
		list_moment(h, s->key.since);
		html_texts(h, " から");
		html_close(h);
	}
	fact_end(h);
	st = put_proof(c);
	html_close(h);
	html_close(h);
	return st;
}

/* ---- now ---------------------------------------------------------------------------------- */

static void put_key_now(struct change_page *c)
{
	const struct signed_look *s = &c->look.sign;
	struct html *h = c->h;

	fact_begin(h, "今の鍵の状態");
	if (!s->known) {
		html_texts(h, "わからない");
	} else if (s->key.until && s->key.until <= c->p->req->now) {
		html_texts(h, "終わりました");
		html_open(h, "div");
		html_class(h, "note");
		list_moment(h, s->key.until);
		html_texts(h, " まで");
		html_close(h);
	} else {
		html_texts(h, "使えます");
	}
	fact_end(h);
}

static void put_account_now(struct change_page *c)
{
	struct account a;

	if (!c->look.sign.known ||
	    account_get(c->p->app->db, span_of(c->look.sign.key.account), &a) != ST_OK)
		return;
	fact_begin(c->h, "今のアカウント");
	html_texts(c->h, a.disabled ? "止めてあります" : "使われています");
	fact_end(c->h);
}

static void put_now(struct change_page *c)
{
	struct html *h = c->h;
	const char *why = explain(&c->look.sign);

	html_open(h, "section");
	html_class(h, "card");
	html_leafs(h, "h3", "いま");
	facts_begin(h);
	list_fact_moment(h, "確認した日時", c->p->req->now);
	fact_begin(h, "結果");
	audit_signed(h, c->look.sign.state);
	if (why)
		html_leafs(h, "div", why);
	fact_end(h);
	put_key_now(c);
	put_account_now(c);
	html_close(h);
	html_close(h);
}

/* ---- whose -------------------------------------------------------------------------------- */

static void put_holder(struct change_page *c)
{
	const struct signed_look *s = &c->look.sign;
	struct html *h = c->h;

	facts_begin(h);
	fact_begin(h, "状態");
	audit_signed(h, s->state);
	fact_end(h);
	fact_begin(h, "鍵の指紋");
	if (s->fpr[0])
		audit_fingerprint(h, s->fpr);
	else
		html_texts(h, "－");
	fact_end(h);
	fact_begin(h, "鍵の持ち主");
	if (!s->known)
		html_texts(h, "わからない");
	else if (strcmp(s->key.account, "karte") == 0)
		html_texts(h, "このサーバー（karte）");
	else
		audit_person(c->p, h, span_of(s->key.account));
	fact_end(h);
	html_close(h);
}

/* ---- by oneself --------------------------------------------------------------------------- */

static void put_commands(struct change_page *c)
{
	const struct change_entry *e = &c->entry;
	struct html *h = c->h;
	const char *host = c->p->app->conf.hostname;
	bool registry = c->repo.kind == REPO_REGISTRY;
	const char *where = registry ? "registry" : c->repo.id;

	html_open(h, "details");
	html_leafs(h, "summary", "自分の道具で 確かめる");
	html_leafs(h, "p",
		   "git と gpg のある パソコンで、次のように 確かめられます。"
		   "くわしくは 手引きを 見てください。お子さんの リポジトリには、書かれた中身が "
		   "入っています。");
	html_open(h, "pre");
	html_class(h, "patch");
	html_attrs(h, "tabindex", "0");
	html_attrs(h, "role", "region");
	html_attrs(h, "aria-label", "確かめるための命令");
	html_textf(h, "git clone https://%s/git/registry.git registry\n", host);
	if (!registry)
		html_textf(h, "git clone https://%s/git/children/%s.git %s\n", host, where, where);
	if (c->look.sign.fpr[0])
		html_textf(h, "cat registry/keys/%s.asc | gpg --import\n", c->look.sign.fpr);
	html_textf(h, "git -C %s verify-commit --raw %.*s\n", where, SPAN_ARG(e->version));
	html_textf(h, "git -C %s cat-file commit %.*s | sha256sum\n", where, SPAN_ARG(e->version));
	html_close(h);
	html_open(h, "p");
	html_texts(h, "最後の命令の 結果は、記録にある 次の値に なるはずです。");
	html_close(h);
	html_open(h, "p");
	html_leaf_class(h, "span", "code-text", e->sha256);
	html_close(h);
	html_close(h);
}

enum status audit_change_signature(struct change_page *c)
{
	enum status st;

	html_leafs(c->h, "h2", "署名");
	put_holder(c);
	html_open(c->h, "div");
	html_class(c->h, "then-now");
	st = put_then(c);
	put_now(c);
	html_close(c->h);
	put_commands(c);
	return st;
}
