/* Settings of access: what is in force, what a change would do, and the second administrator. */
#include "vault/flow/ranges.h"
#include "vault/flow/registry.h"
#include "vault/page/admin_access.h"

#include <stdio.h>

static const struct field_choice reads[] = {
    {"reason", "理由を書いたときだけ（記録し、保護者に見せます）"},
    {"never", "読めない"},
    {"always", "いつでも"}};
enum { READS = sizeof reads / sizeof *reads };

/* ---- in words ----------------------------------------------------------------------------- */

static const struct field_choice guardians[] = {{"either", "保護者の ひとりの同意で たりる"},
						{"both", "保護者 全員の同意が いる"}};

enum { ROWS = 6 };
static const char *const labels[ROWS] = {"入る前",
					 "出たあと",
					 "管理者が内容を読むこと",
					 "職員が担当外を開くこと",
					 "職員の2つめの確認",
					 "同意する保護者"};

static const char *reads_word(enum admin_reads a)
{
	for (size_t i = 0; i < READS; i++)
		if (strcmp(reads[i].value, admin_reads_name(a)) == 0)
			return reads[i].label;
	return "";
}

static const char *said(struct page *p, const struct policy *x, int row)
{
	switch (row) {
	case 0:
		return arena_printf(p->arena, "%d日前から見られる", x->lead_days);
	case 1:
		return arena_printf(p->arena, "%d日後まで、自分の機関が書いたものを読める",
				    x->tail_days);
	case 2:
		return reads_word(x->admin_reads);
	case 3:
		return x->glass_minutes
			   ? arena_printf(p->arena, "理由を書いて %d分だけ", x->glass_minutes)
			   : "できない";
	case 5:
		return guardians[x->both_guardians].label;
	default:
		return x->staff_second_factor ? "いる" : "いらない";
	}
}

static void put_facts(struct page *p, struct html *h, const struct policy *x)
{
	facts_begin(h);
	for (int i = 0; i < ROWS; i++)
		fact_text(h, labels[i], span_of(said(p, x, i)));
	html_close(h);
}

/* Only what is different. */
static void put_changes(struct page *p, struct html *h, const struct policy *now,
			const struct policy *then)
{
	facts_begin(h);
	for (int i = 0; i < ROWS; i++) {
		const char *before = said(p, now, i), *after = said(p, then, i);

		if (before && after && strcmp(before, after) != 0)
			fact_text(h, labels[i],
				  span_of(arena_printf(p->arena, "%s → %s", before, after)));
	}
	html_close(h);
}

/* ---- on the overview ---------------------------------------------------------------------- */

static void number_field(struct html *h, const char *id, const char *label, const char *hint, int n)
{
	char text[16];

	snprintf(text, sizeof text, "%d", n);
	field_text(
	    h,
	    &(struct field_look){
		.id = id, .label = label, .hint = hint, .width = "s", .inputmode = "numeric"},
	    span_of(text));
}

static void settings_form(struct page *p, struct html *h, const struct policy *now)
{
	html_open(h, "details");
	html_leafs(h, "summary", "設定を変える");
	form_begin(h, p, "/admin/access/settings");
	number_field(h, "lead-days", "入る何日前から見られるか", "0から366まで", now->lead_days);
	number_field(h, "tail-days", "出たあと何日まで読めるか",
		     "0から366まで。書くことはできません", now->tail_days);
	field_radios(h,
		     &(struct field_look){.id = "admin-reads", .label = "管理者が内容を読むこと"},
		     reads, READS, span_of(admin_reads_name(now->admin_reads)));
	number_field(h, "break-glass-minutes", "職員が理由を書いて担当外を開ける時間（分）",
		     "0は、できない。1440まで", now->glass_minutes);
	field_tick(h,
		   &(struct field_look){.id = "staff-second-factor",
					.label = "職員にも2つめの確認を求める",
					.hint = "保護者、管理者、監査には いつも求めます"},
		   now->staff_second_factor);
	field_radios(h,
		     &(struct field_look){.id = "guardians",
					  .label = "同意する保護者",
					  .hint = "これから お願いするものに 使います。お願いずみの"
						  "ものは 変わりません"},
		     guardians, 2, span_of(guardians[now->both_guardians].value));
	form_button(h, "変わることを見る", "secondary");
	html_close(h);
	html_close(h);
}

static void put_waiting(struct page *p, struct html *h, const struct policy *now,
			const struct asked_policy *asked)
{
	html_open(h, "div");
	html_class(h, "card");
	html_open(h, "h3");
	html_texts(h, "確認を待っている設定 ");
	html_leaf_class(h, "span", "tag tag-warning", SPAN("確認待ち"));
	html_close(h);
	put_changes(p, h, now, &asked->policy);
	html_open(h, "p");
	html_textf(h, "頼んだ人：%s　", account_label(p, asked->by));
	html_link(h, "/admin/access?settings=asked", SPAN("変わることを見て、確かめる"));
	html_close(h);
	html_close(h);
}

enum status settings_part(struct page *p, struct html *h)
{
	struct asked_policy asked;
	struct policy now;
	enum status st = policy_load(p->app, &now);

	if (st)
		return st;
	html_leafs(h, "h2", "設定");
	put_facts(p, h, &now);
	st = registry_asked_policy(p->app, &asked);
	if (st == ST_NOTFOUND)
		settings_form(p, h, &now);
	else if (!st)
		put_waiting(p, h, &now, &asked);
	return st == ST_NOTFOUND ? ST_OK : st;
}

/* ---- what would change -------------------------------------------------------------------- */

static void hidden_number(struct html *h, const char *name, int n)
{
	char text[16];

	snprintf(text, sizeof text, "%d", n);
	html_hidden(h, name, span_of(text));
}

static void save_form(struct page *p, struct html *h, const struct policy *x, bool widens)
{
	form_begin(h, p, "/admin/access/settings");
	html_hidden(h, "step", SPAN("save"));
	hidden_number(h, "lead-days", x->lead_days);
	hidden_number(h, "tail-days", x->tail_days);
	hidden_number(h, "break-glass-minutes", x->glass_minutes);
	html_hidden(h, "admin-reads", span_of(admin_reads_name(x->admin_reads)));
	html_hidden(h, "staff-second-factor", x->staff_second_factor ? SPAN("true") : SPAN(""));
	html_hidden(h, "guardians", span_of(guardians[x->both_guardians].value));
	html_leafs(h, "p",
		   widens ? "広がるところがあるので、ほかの管理者が確かめるまで 待ちます。"
			  : "保存すると、すぐに この設定になります。");
	form_button(h, widens ? "変えるよう頼む" : "この設定にする", "");
	html_close(h);
}

/* Who asked waits for somebody else. */
static void confirm_forms(struct page *p, struct html *h, const struct asked_policy *asked)
{
	bool mine = strcmp(asked->by, p->who->id) == 0;

	html_open(h, "p");
	html_textf(h, "頼んだ人：%s。", account_label(p, asked->by));
	html_texts(h, mine ? "ほかの管理者の確認を 待っています。"
			   : "確かめると、すぐに この設定になります。");
	html_close(h);
	if (!mine) {
		form_begin(h, p, "/admin/access/settings/confirm");
		html_hidden(h, "token", span_of(asked->token));
		form_button(h, "確かめて この設定にする", "");
		html_close(h);
	}
	form_begin(h, p, "/admin/access/settings/decline");
	form_button(h, "この変更を やめる", "secondary");
	html_close(h);
}

static enum status show_change(struct page *p, const struct policy *now, const struct policy *then,
			       const struct asked_policy *asked)
{
	struct frame f = {.title = "設定の変更を確かめる",
			  .crumbs = access_crumbs,
			  .ncrumbs = ACCESS_CRUMBS,
			  .wide = true};
	const struct reach_trial trial = {.policy = then};
	struct html h;
	struct buf body;
	enum status st;

	frame_body(&h, &body);
	put_changes(p, &h, now, then);
	if (then->glass_minutes > now->glass_minutes || then->admin_reads > now->admin_reads)
		html_leafs(&h, "p", "理由を書けば開けるようになるものは、下には出ません。");
	st = admin_preview(p, &h, &trial);
	if (asked)
		confirm_forms(p, &h, asked);
	else
		save_form(p, &h, then, policy_widens(now, then));
	if (!st)
		st = admin_note(p, "admin.reach", SPAN_NONE, SPAN("settings"));
	if (!st)
		st = frame_send(p, 200, &f, &body);
	buf_clear(&body);
	return st;
}

enum status admin_asked_settings(struct page *p)
{
	struct asked_policy asked;
	struct policy now;
	enum status st = policy_load(p->app, &now);

	if (!st)
		st = registry_asked_policy(p->app, &asked);
	if (st == ST_NOTFOUND)
		return admin_problem(p, 404, "設定", "確認を待っている設定はありません。");
	return st ? st : show_change(p, &now, &asked.policy, &asked);
}

/* ---- changing them ------------------------------------------------------------------------ */

static bool read_number(const struct page *p, const char *name, int most, int *out)
{
	long n;

	if (!span_number(span_trim(form_get(&p->form, name)), most, &n))
		return false;
	*out = (int)n;
	return true;
}

static bool read_policy(const struct page *p, struct policy *out)
{
	struct span chosen = form_get(&p->form, "admin-reads");
	bool known = false;

	policy_default(out);
	for (int i = ADMIN_READS_NEVER; i <= ADMIN_READS_ALWAYS; i++)
		if (span_is(chosen, admin_reads_name((enum admin_reads)i))) {
			out->admin_reads = (enum admin_reads)i;
			known = true;
		}
	out->staff_second_factor = span_is(form_get(&p->form, "staff-second-factor"), "true");
	out->both_guardians = span_is(form_get(&p->form, "guardians"), "both");
	known =
	    known && (out->both_guardians || span_is(form_get(&p->form, "guardians"), "either"));
	return known && read_number(p, "lead-days", POLICY_DAYS_MAX, &out->lead_days) &&
	       read_number(p, "tail-days", POLICY_DAYS_MAX, &out->tail_days) &&
	       read_number(p, "break-glass-minutes", POLICY_GLASS_MAX, &out->glass_minutes);
}

static enum status preview(struct page *p, const struct policy *wanted)
{
	struct policy now;
	enum status st = policy_load(p->app, &now);

	if (st)
		return st;
	for (int i = 0; i < ROWS; i++) {
		const char *a = said(p, &now, i), *b = said(p, wanted, i);

		if (!a || !b)
			return ST_NOMEM;
		if (strcmp(a, b) != 0)
			return show_change(p, &now, wanted, NULL);
	}
	return admin_problem(p, 422, "設定", "いまの設定と同じです。");
}

static enum status done(struct page *p, enum status st)
{
	if (st == ST_INVALID || st == ST_EXISTS)
		return admin_problem(p, 422, "設定", fail_why());
	return st ? st : response_redirect(p->res, "/admin/access");
}

enum status page_admin_settings(struct page *p)
{
	struct policy wanted;
	struct actor actor;
	bool waits;
	enum status st;

	if (!read_policy(p, &wanted))
		return admin_problem(p, 422, "設定",
				     "日数は 0から366、分は 0から1440までの数で書いてください。");
	if (!span_is(form_get(&p->form, "step"), "save"))
		return preview(p, &wanted);
	st = session_actor(p->app, &p->session, p->req->id, &actor);
	if (!st)
		st = policy_ask(p->app, &actor, &p->q, &wanted, &waits);
	actor_clear(&actor);
	return done(p, st);
}

/* Only what this administrator has seen is confirmed: without a token it is none. */
enum status page_admin_settings_confirm(struct page *p)
{
	struct span token = form_get(&p->form, "token");
	struct actor actor;
	enum status st = session_actor(p->app, &p->session, p->req->id, &actor);

	if (!st)
		st = policy_confirm(p->app, &actor, &p->q, token.n ? token : SPAN("none"));
	actor_clear(&actor);
	return done(p, st);
}

enum status page_admin_settings_decline(struct page *p)
{
	struct actor actor;
	enum status st = session_actor(p->app, &p->session, p->req->id, &actor);

	if (!st)
		st = policy_decline(p->app, &actor, &p->q);
	actor_clear(&actor);
	return done(p, st);
}
