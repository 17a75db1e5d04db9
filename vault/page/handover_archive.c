/*
 * POST /children/:child/handover/:handover/package/key: what is open as an archive that only one
 * key opens.  The key comes twice: first to be looked at, then with the fingerprint that was
 * compared.
 */
#include "vault/page/handover_papers.h"

#include "vault/store/recipient.h"

#include <stdio.h>

static const char *fault(enum recipient_state s)
{
	static const char *const words[] = {
	    [RECIPIENT_NONE] = "OpenPGP の公開鍵を 1つだけ、ぜんぶ はりつけてください（64KBまで）",
	    [RECIPIENT_REVOKED] = "この鍵は、持ち主が 使うのを やめています（失効）",
	    [RECIPIENT_EXPIRED] = "この鍵は、使える期間が すぎています",
	    [RECIPIENT_CANNOT] = "この鍵では 暗号に できません。暗号に使える鍵を もらってください",
	    [RECIPIENT_WEAK] = "この鍵は 短すぎて 安全では ありません。新しい鍵を もらってください",
	};

	return words[s];
}

static void put_owners(struct page *p, struct html *h, const struct recipient *r)
{
	html_leafs(h, "h2", "鍵の 持ち主の 名前");
	html_open(h, "ul");
	for (size_t i = 0; i < r->nnames; i++) {
		html_open(h, "li");
		html_leaf(h, "bdi", span_of(r->names[i]));
		html_close(h);
	}
	if (!r->nnames)
		html_leafs(h, "li", "書いてありません");
	html_close(h);
	html_leafs(h, "p", "名前は だれでも 書けます。次の指紋で 確かめてください。");
	html_leafs(h, "h2", "鍵の 指紋");
	html_open(h, "p");
	html_leaf_class(h, "span", "code-text", handover_fingerprint(p->arena, span_of(r->fpr)));
	html_close(h);
}

static void put_form(struct page *p, struct html *h, struct span id, const struct recipient *r)
{
	char href[HREF_MAX];

	href_handover(href, p->q.child, id, "/package/key");
	form_begin(h, p, href);
	html_hidden(h, "key", form_get(&p->form, "key"));
	html_open(h, "div");
	html_class(h, "field");
	html_open(h, "label");
	html_class(h, "check");
	html_open(h, "input");
	html_attrs(h, "type", "checkbox");
	html_attrs(h, "name", "fingerprint");
	html_attrs(h, "value", r->fpr);
	html_flag(h, "required", true);
	html_leafs(h, "span",
		   "もとから知っている番号に 電話をかけ、指紋を 相手に 読んでもらい、同じでした");
	html_close(h);
	html_close(h);
	field_text(h,
		   &(struct field_look){.id = "reason",
					.label = "だれに、なぜ わたしますか",
					.hint = "1000字まで。記録に残り、保護者も 見られます。",
					.required = true},
		   form_get(&p->form, "reason"));
	form_button(h, "暗号にして 出す", "");
	html_close(h);
}

/* The key as it is; what was typed stays. */
static enum status show(struct page *p, int status, const struct recipient *r, const char *error)
{
	struct handover_look l;
	struct html h;
	struct buf body;
	enum status st = handover_begin(&l, p->app, &p->q, param(&p->params, "handover"));

	if (!st)
		st = handover_may_give_out(&l);
	frame_body(&h, &body);
	if (error)
		error_box(&h, error);
	if (!st) {
		put_owners(p, &h, r);
		put_form(p, &h, l.h.id, r);
		st = handover_noted(&l, "handover.read");
	}
	if (!st)
		st = handover_send(p,
				   &(struct handover_screen){.status = status,
							     .title = "相手の鍵を 確かめる",
							     .error = error},
				   &body);
	handover_end(&l);
	buf_clear(&body);
	return st;
}

/* ---- the archive ---------------------------------------------------------------------------- */

static enum status make(struct page *p, struct span key, const char *fpr, struct buf *out)
{
	struct papers k;
	struct buf zip;
	char name[64];
	enum status st = papers_begin(&k, p);

	snprintf(name, sizeof name, "handover-%.*s.zip", SPAN_ARG(p->q.child));
	buf_init_secret(&zip, PAPERS_MAX);
	if (!st)
		st = papers_archive(&k, &zip);
	if (!st)
		st = recipient_seal(key, fpr, name, buf_span(&zip), out);
	if (!st)
		st = handover_noted(&k.l, "handover.package");
	papers_end(&k);
	buf_clear(&zip);
	return st;
}

static enum status send(struct page *p, const struct buf *sealed)
{
	char file[128];

	buf_clear(&p->res->body);
	buf_addspan(&p->res->body, buf_span(sealed));
	p->res->status = 200;
	p->res->type = "application/octet-stream";
	snprintf(file, sizeof file, "handover-%.*s.zip.gpg", SPAN_ARG(p->q.child));
	return response_download(p->res, span_of(file));
}

/* It is written down before it leaves. */
static enum status give_out(struct page *p, struct span key, const struct recipient *r)
{
	struct span reason = form_get(&p->form, "reason");
	struct actor actor;
	struct buf sealed;
	enum status st;

	if (!span_is(form_get(&p->form, "fingerprint"), r->fpr))
		return fail(ST_INVALID, "指紋を 相手と 確かめてから、しるしを つけてください");
	buf_init(&sealed, PAPERS_MAX);
	st = make(p, key, r->fpr, &sealed);
	if (!st) {
		st = session_actor(p->app, &p->session, p->req->id, &actor);
		if (!st)
			st = handover_give_out(p->app, &actor, &p->q, param(&p->params, "handover"),
					       reason, span_of(r->fpr));
		actor_clear(&actor);
	}
	if (!st)
		st = send(p, &sealed);
	buf_clear(&sealed);
	return st;
}

/* Only the giver's keys are looked at: gpg is run for nobody else. */
static enum status may(struct page *p)
{
	struct handover_look l;
	enum status st = handover_begin(&l, p->app, &p->q, param(&p->params, "handover"));

	if (!st)
		st = handover_may_give_out(&l);
	handover_end(&l);
	return st;
}

enum status page_handover_package_key(struct page *p)
{
	struct span key = form_get(&p->form, "key");
	struct recipient r;
	enum status st = may(p);

	if (st == ST_INVALID)
		return handover_package_show(p, 422, NULL);
	if (!st)
		st = recipient_look(key.p ? key : SPAN(""), &r);
	if (st)
		return st;
	if (r.state != RECIPIENT_FINE)
		return handover_package_show(p, 422, fault(r.state));
	if (!form_get(&p->form, "reason").p)
		return show(p, 200, &r, NULL);
	st = give_out(p, key, &r);
	if (st == ST_INVALID)
		return show(p, 422, &r, arena_printf(p->arena, "%s", fail_why()));
	return st;
}
