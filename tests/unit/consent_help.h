/* A child at two schools with two guardians (yamada, suzuki), and what is asked of them. */
#ifndef KARTE_TESTS_UNIT_CONSENT_HELP_H
#define KARTE_TESTS_UNIT_CONSENT_HELP_H

#include "flow_help.h"

#include "generator/base/day.h"
#include "vault/db/share.h"
#include "vault/flow/consent_paper.h"
#include "vault/flow/policy.h"

static struct actor ito; /* of other-es */

static inline int make_family(void **state)
{
	if (make_vault(state))
		return -1;
	put_institution("third-es", ROLE_SCHOOL);
	put_account("ito", ROLE_SCHOOL, "other-es");
	assert_ok(actor_account(&ito, app, SPAN("ito"), SPAN(PASSWORD)));
	return 0;
}

static inline int end_family(void **state)
{
	actor_clear(&ito);
	return end_vault(state);
}

static inline void new_family(char id[static 11])
{
	struct child c = {
	    .row = {.name = "山田 健", .kana = "やまだ けん", .born = "2019-05-12", .sex = "male"},
	    .enrolments = {{.institution = "kudan-es", .since = "2026-04-01"},
			   {.institution = "other-es", .since = "2026-04-01"}},
	    .enrolment_count = 2,
	    .guardians = {{.account = "suzuki", .relation = "father"},
			  {.account = "yamada", .relation = "mother"}},
	    .guardian_count = 2};
	struct problems ps;

	problems_init(&ps);
	assert_ok(child_create(app, &chief, &c, &ps));
	problems_clear(&ps);
	memcpy(id, c.row.id, 11);
}

/* A whole sheet of tanaka's in a state. */
static inline void put_whole(const char *child, const char *status, const char *note)
{
	struct question q = ask_for(ACT_SHEET_WRITE, &tanaka, child, "2026");
	struct problems ps;
	struct oid version;
	struct buf text;

	problems_init(&ps);
	buf_init(&text, 65536);
	buf_addf(&text,
		 "---\nkarte: 1\ntype: kihon\ntype-version: 1\nid: \"2026\"\nchild: %s\n"
		 "title: 基本シート\ninstitution: kudan-es\nstatus: %s\nvalues:\n  name: 山田 健\n"
		 "  note: %s\n---\n\n## 本人・保護者の願い\n\n### 保護者の願い\n\n元気に\n",
		 child, status, note);
	if (put_sheet(app, &tanaka, &q, "x.md", buf_span(&text), SPAN("直した"), &ps, &version)) {
		print_problems(&ps);
		fail_msg("%s", fail_why());
	}
	buf_clear(&text);
	problems_clear(&ps);
}

static inline struct sheet_row row_of(const char *child)
{
	struct sheet_row row;

	assert_ok(sheet_row_get(app->db, span_of(child), SPAN("kihon"), SPAN("2026"), &row));
	return row;
}

static inline struct consent_wish wish_of(const struct sheet_row *row, const char *due)
{
	return (struct consent_wish){.due = span_of(due), .base = span_of(row->version)};
}

static inline void in_days(int days, char out[static DAY_TEXT])
{
	day_iso(day_plus(day_jst((int64_t)time(NULL)), days), out);
}

/* A scan that tanaka added; in the index alone. */
static inline void put_scan(const char *child)
{
	struct file_row row = {.id = "f000000001",
			       .name = "kami.pdf",
			       .title = "紙",
			       .category = "letter",
			       .type = "application/pdf",
			       .bytes = 2,
			       .readers = ROLE_BIT(ROLE_SCHOOL),
			       .institution = "kudan-es",
			       .account = "tanaka",
			       .at = 1};

	memcpy(row.child, child, sizeof row.child);
	assert_ok(file_row_put(app->db, &row));
}

static inline enum status say(const struct actor *who, const char *child,
			      const struct consent_choice *c)
{
	struct question q = ask_for(ACT_CHILD_READ, who, child, "");
	char id[CONSENT_ID];

	q.type = q.id = SPAN_NONE;
	return consent_reply(app, who, &q, c, id);
}

#endif
