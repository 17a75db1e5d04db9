/* /admin/accounts/new, and the fields that the page of an account has too. */
#include "vault/page/admin_account.h"

const struct crumb people_crumbs[2] = {{"/admin", SPAN("ホーム")},
				       {"/admin/accounts", SPAN("アカウント")}};

/* ---- fields that both forms have ---------------------------------------------------------- */

void account_name_fields(struct page *p, struct html *h, const struct account *a,
			 const struct form_state *s)
{
	field_text(
	    h,
	    &(struct field_look){
		.id = "name", .label = "氏名", .error = form_error_of(s, "name"), .required = true},
	    form_value(p, "name", span_of(a->name)));
	field_text(h,
		   &(struct field_look){
		       .id = "kana", .label = "ふりがな", .error = form_error_of(s, "kana")},
		   form_value(p, "kana", span_of(a->kana)));
}

enum status account_staff_fields(struct page *p, struct html *h, const struct account *a,
				 const struct form_state *s)
{
	struct field_choice *institutions;
	size_t count;
	enum status st = institution_choices(p, "（職員ではない）", a->institution, ROLE_NOBODY,
					     &institutions, &count);

	if (st)
		return st;
	field_select(h,
		     &(struct field_look){.id = "institution",
					  .label = "機関",
					  .hint = "職員のときに選びます。職員の役割は、機関の種類で"
						  "決まります。",
					  .error = form_error_of(s, "institution")},
		     institutions, count, form_value(p, "institution", span_of(a->institution)));
	field_text(h,
		   &(struct field_look){.id = "classes",
					.label = "担当の組・学級",
					.hint = "組ごとに見る機関の職員だけ。いくつかあるときは、"
						"「、」で区切ります。例 3年1組、3年2組",
					.error = form_error_of(s, "classes")},
		   form_value(p, "classes", span_of(a->classes)));
	field_tick(h,
		   &(struct field_look){.id = "whole",
					.label = "すべての組・学級を見る（園長、校長など）"},
		   s->error ? form_get(&p->form, "whole").n > 0 : a->whole);
	return ST_OK;
}

void account_until_field(struct page *p, struct html *h, const struct account *a, const char *hint,
			 const struct form_state *s)
{
	field_text(h,
		   &(struct field_look){.id = "until",
					.label = "最後の日",
					.hint = hint,
					.width = "m",
					.error = form_error_of(s, "until")},
		   form_value(p, "until", span_of(a->until)));
}

/* ---- a new one ---------------------------------------------------------------------------- */

static const struct field_choice roles[] = {
    {"staff", "職員"}, {"household", "家庭（保護者）"}, {"auditor", "監査"}, {"admin", "管理"}};
enum { ROLES = sizeof roles / sizeof *roles };

static enum status new_form(struct page *p, struct html *h, const struct form_state *s)
{
	struct span role = form_get(&p->query, "role");
	struct account none = {.id = ""};
	enum status st;

	span_copy(form_get(&p->query, "institution"), none.institution, sizeof none.institution);
	form_error(h, s);
	form_begin(h, p, "/admin/accounts/new");
	field_text(h,
		   &(struct field_look){.id = "id",
					.label = "ID",
					.hint = "ログインのときに使います。半角の英小文字、数字、"
						"「-」で32字まで。あとから変えられません。",
					.width = "m",
					.autocomplete = "off",
					.error = form_error_of(s, "id"),
					.required = true},
		   form_value(p, "id", SPAN("")));
	account_name_fields(p, h, &none, s);
	field_radios(h,
		     &(struct field_look){.id = "role",
					  .label = "役割",
					  .hint = "あとから変えられません。",
					  .error = form_error_of(s, "role"),
					  .required = true},
		     roles, ROLES, form_value(p, "role", role.n ? role : SPAN("staff")));
	st = account_staff_fields(p, h, &none, s);
	account_until_field(
	    p, h, &none,
	    "書かないとき、職員は この年度の終わり（3月31日）まで、ほかの人は 終わりなし。"
	    "例 2027-03-31、令和9年3月31日、なし",
	    s);
	form_button(h, "作る", "");
	html_close(h);
	return st;
}

static enum status show_new(struct page *p, int status, const struct form_state *s)
{
	struct frame f = {.title = "アカウントを作る",
			  .crumbs = people_crumbs,
			  .ncrumbs = 2,
			  .errors = s->error != NULL};
	struct html h;
	struct buf body;
	enum status st;

	frame_body(&h, &body);
	st = new_form(p, &h, s);
	if (!st)
		st = frame_send(p, status, &f, &body);
	buf_clear(&body);
	return st;
}

enum status page_admin_account_new(struct page *p)
{
	return show_new(p, 200, &(struct form_state){NULL, NULL});
}

static enum status copy(struct page *p, const char *field, char *out, size_t cap,
			const char **wrong)
{
	struct span s = span_trim(form_get(&p->form, field));

	if (!s.n || span_copy(s, out, cap))
		return ST_OK;
	*wrong = field;
	return fail(ST_INVALID, "長すぎます");
}

/* The fields of the form and no others: what an account also has is not to be sent. */
static enum status read_new(struct page *p, struct account *a, const char **field)
{
	struct span role = form_get(&p->form, "role");
	enum status st;

	*a = (struct account){.staff = span_is(role, "staff"),
			      .role = role_find(role),
			      .whole = form_get(&p->form, "whole").n > 0};
	st = copy(p, "id", a->id, sizeof a->id, field);
	if (!st)
		st = copy(p, "name", a->name, sizeof a->name, field);
	if (!st)
		st = copy(p, "kana", a->kana, sizeof a->kana, field);
	if (!st)
		st = copy(p, "institution", a->institution, sizeof a->institution, field);
	if (!st) {
		*field = "classes";
		st = account_classes(form_get(&p->form, "classes"), a->classes);
	}
	if (!st) {
		*field = "until";
		st = account_until(form_get(&p->form, "until"), a->until);
	}
	if (!st)
		*field = NULL;
	return st;
}

enum status page_admin_account_create(struct page *p)
{
	struct actor who = {.secret = NULL};
	struct account a, checked;
	struct form_state s;
	char to[HREF_MAX];
	const char *field = NULL;
	enum status st = read_new(p, &a, &field);

	checked = a;
	if (!st)
		st = account_check(p->app, &checked, p->req->now, &field);
	if (!st)
		st = people_actor(p, &who);
	if (!st)
		st = account_create(p->app, &who, &a, SPAN_NONE);
	actor_clear(&who);
	if (people_mistake(st)) {
		s = form_failed(p, field);
		return show_new(p, 422, &s);
	}
	account_href(to, a.id, "?done=added");
	return st ? st : response_redirect(p->res, to);
}
