/* The end of retention before the law: proposals, holds, and a sheet that goes. */
#include "law_help.h"

#include "vault/flow/retention_impl.h"

#include <string.h>

#define REASON "保存期間が終わったため"

static struct retention_item items[2]; /* the second only where one is added */
#define item items[0]
static struct retention_proposal p; /* as it was written last */
static char child[11];
static int count; /* of proposals: each has an id of its own */

/* ---- what is written ------------------------------------------------------------------------ */

static void write_as(const struct actor *who, const char *action, const char *id)
{
	char path[64];
	struct buf text;

	snprintf(path, sizeof path, "retention/%s.yaml", id);
	buf_init(&text, 65536);
	proposal_write(&p, &text);
	act_one(NULL, who, action, NULL, path, &text);
	buf_clear(&text);
}

/* What fujii may ask for. */
static void plan(const char *sheet)
{
	item = (struct retention_item){.until = "2020-03-31"};
	snprintf(item.child, sizeof item.child, "%s", child[0] ? child : "c000000001");
	snprintf(item.sheet, sizeof item.sheet, "%s", sheet);
	p = (struct retention_proposal){.state = RETENTION_ASKED,
					.asked_by = "fujii",
					.asked_at = (long long)time(NULL),
					.reason = REASON,
					.items = items,
					.nitems = 1};
	snprintf(p.id, sizeof p.id, "e%09d", ++count);
}

static void asked(void)
{
	plan("");
	write_as(&fujii, "retention.ask", p.id);
}

static void to_confirmed(const char *by)
{
	p.state = RETENTION_CONFIRMED;
	p.confirmed_at = (long long)time(NULL);
	p.due = p.confirmed_at + 3600;
	snprintf(p.confirmed_by, sizeof p.confirmed_by, "%s", by);
}

static void confirmed(void)
{
	asked();
	to_confirmed("kudo");
	write_as(&kudo, "retention.confirm", p.id);
}

static void end_as(const struct actor *who, const char *action, enum retention_state to)
{
	p.state = to;
	snprintf(p.ended_by, sizeof p.ended_by, "%s", who->account.id);
	write_as(who, action, p.id);
}

static void put_hold(const struct actor *who, const char *of, const char *in, const char *by)
{
	struct retention_hold h = {.at = (long long)time(NULL), .reason = REASON};
	char path[64];
	struct buf text;

	snprintf(h.child, sizeof h.child, "%s", in);
	snprintf(h.by, sizeof h.by, "%s", by);
	snprintf(path, sizeof path, "holds/%s.yaml", of);
	buf_init(&text, 65536);
	hold_write(&h, &text);
	act_one(NULL, who, "retention.hold", NULL, path, &text);
	buf_clear(&text);
}

static void drop_hold(const struct actor *who, const char *of)
{
	char path[64];

	snprintf(path, sizeof path, "holds/%s.yaml", of);
	act_one(NULL, who, "retention.unhold", NULL, path, NULL);
}

/* ---- lawful --------------------------------------------------------------------------------- */

static void carried_out(void)
{
	confirmed();
	end_as(&chief, "retention.done", RETENTION_DONE);
}

static void declined(void)
{
	asked();
	end_as(&kudo, "retention.decline", RETENTION_DECLINED);
}

static void declined_late(void)
{
	confirmed();
	end_as(&fujii, "retention.decline", RETENTION_DECLINED);
}

static void held_and_free(void)
{
	put_hold(&fujii, "c000000001", "c000000001", "fujii");
	drop_hold(&kudo, "c000000001");
}

/* ---- proposals ------------------------------------------------------------------------------ */

static void teacher_asks(void)
{
	plan("");
	snprintf(p.asked_by, sizeof p.asked_by, "tanaka");
	write_as(&tanaka, "retention.ask", p.id);
}

static void asks_in_anothers_name(void)
{
	plan("");
	write_as(&kudo, "retention.ask", p.id);
}

static void asks_under_another_number(void)
{
	plan("");
	write_as(&fujii, "retention.ask", "e999999999");
}

static void asks_and_confirms_at_once(void)
{
	plan("");
	to_confirmed("kudo");
	write_as(&fujii, "retention.ask", p.id);
}

static void confirms_the_own(void)
{
	asked();
	to_confirmed("fujii");
	write_as(&fujii, "retention.confirm", p.id);
}

static void confirms_in_anothers_name(void)
{
	asked();
	to_confirmed("kudo");
	write_as(&fujii, "retention.confirm", p.id);
}

static void confirms_at_once(void)
{
	asked();
	to_confirmed("kudo");
	p.due = p.confirmed_at;
	write_as(&kudo, "retention.confirm", p.id);
}

static void confirms_twice(void)
{
	confirmed();
	to_confirmed("kudo");
	p.due++;
	write_as(&kudo, "retention.confirm", p.id);
}

static void confirms_another_child(void)
{
	asked();
	to_confirmed("kudo");
	snprintf(item.child, sizeof item.child, "c000000002");
	write_as(&kudo, "retention.confirm", p.id);
}

static void confirms_one_sheet_more(void)
{
	asked();
	to_confirmed("kudo");
	snprintf(item.sheet, sizeof item.sheet, "kihon/2026");
	write_as(&kudo, "retention.confirm", p.id);
}

static void confirms_another_day(void)
{
	asked();
	to_confirmed("kudo");
	snprintf(item.until, sizeof item.until, "2020-03-30");
	write_as(&kudo, "retention.confirm", p.id);
}

static void confirms_a_child_more(void)
{
	asked();
	to_confirmed("kudo");
	items[1] = items[0];
	snprintf(items[1].child, sizeof items[1].child, "c000000002");
	p.nitems = 2;
	write_as(&kudo, "retention.confirm", p.id);
}

static void confirms_another_reason(void)
{
	asked();
	to_confirmed("kudo");
	snprintf(p.reason, sizeof p.reason, "べつの理由のため");
	write_as(&kudo, "retention.confirm", p.id);
}

static void confirms_what_another_asked(void)
{
	asked();
	to_confirmed("fujii");
	snprintf(p.asked_by, sizeof p.asked_by, "kudo");
	write_as(&fujii, "retention.confirm", p.id);
}

static void done_without_confirming(void)
{
	asked();
	end_as(&chief, "retention.done", RETENTION_DONE);
}

static void done_by_a_person(void)
{
	confirmed();
	end_as(&kudo, "retention.done", RETENTION_DONE);
}

static void declined_after_it_was_done(void)
{
	carried_out();
	end_as(&kudo, "retention.decline", RETENTION_DECLINED);
}

static void declined_in_anothers_name(void)
{
	asked();
	p.state = RETENTION_DECLINED;
	snprintf(p.ended_by, sizeof p.ended_by, "fujii");
	write_as(&kudo, "retention.decline", p.id);
}

/* ---- holds ---------------------------------------------------------------------------------- */

static void teacher_holds(void)
{
	put_hold(&tanaka, "c000000002", "c000000002", "tanaka");
}

static void holds_in_anothers_name(void)
{
	put_hold(&fujii, "c000000003", "c000000003", "kudo");
}

static void holds_another_child(void)
{
	put_hold(&fujii, "c000000004", "c000000005", "fujii");
}

static void teacher_lets_go(void)
{
	put_hold(&fujii, "c000000006", "c000000006", "fujii");
	drop_hold(&tanaka, "c000000006");
}

static const struct registry_case cases[] = {
    REGISTRY_CASE(carried_out, NULL),
    REGISTRY_CASE(declined, NULL),
    REGISTRY_CASE(declined_late, NULL),
    REGISTRY_CASE(held_and_free, NULL),
    REGISTRY_CASE(teacher_asks, "law.registry"),
    REGISTRY_CASE(asks_in_anothers_name, "law.registry"),
    REGISTRY_CASE(asks_under_another_number, "law.registry"),
    REGISTRY_CASE(asks_and_confirms_at_once, "law.registry"),
    REGISTRY_CASE(confirms_the_own, "law.registry"),
    REGISTRY_CASE(confirms_in_anothers_name, "law.registry"),
    REGISTRY_CASE(confirms_at_once, "law.registry"),
    REGISTRY_CASE(confirms_twice, "law.registry"),
    REGISTRY_CASE(confirms_another_child, "law.registry"),
    REGISTRY_CASE(confirms_one_sheet_more, "law.registry"),
    REGISTRY_CASE(confirms_another_day, "law.registry"),
    REGISTRY_CASE(confirms_a_child_more, "law.registry"),
    REGISTRY_CASE(confirms_another_reason, "law.registry"),
    REGISTRY_CASE(confirms_what_another_asked, "law.registry"),
    REGISTRY_CASE(done_without_confirming, "law.registry"),
    REGISTRY_CASE(done_by_a_person, "law.operator"),
    REGISTRY_CASE(declined_after_it_was_done, "law.registry"),
    REGISTRY_CASE(declined_in_anothers_name, "law.registry"),
    REGISTRY_CASE(teacher_holds, "law.registry"),
    REGISTRY_CASE(holds_in_anothers_name, "law.registry"),
    REGISTRY_CASE(holds_another_child, "law.registry"),
    REGISTRY_CASE(teacher_lets_go, "law.registry"),
};

static void what_two_did_not_decide_is_found(void **state)
{
	(void)state;
	judge_registry_cases(cases, sizeof cases / sizeof *cases);
}

/* ---- one sheet ------------------------------------------------------------------------------ */

/* Takes out the sheet of the child as decided by proposal id, confirmed by whom. */
static void remove_as(const struct actor *who, const char *id, const char *by)
{
	const struct act a = {.who = who,
			      .action = "sheet.remove",
			      .sheet = "kihon/2026",
			      .more = {{SPAN("Karte-Retention"), span_of(id)},
				       {SPAN("Karte-Confirmed"), span_of(by)}},
			      .changes = {{SPAN("sheets/kihon/2026.md"), SPAN_NONE}}};

	commit_act(child, &a);
}

enum { AN_HOUR = 3600 };

/* In which state the proposal is, about which sheet, due since how many seconds; who takes it out,
   and whom the version names. */
static const struct {
	const char *name;
	enum retention_state state;
	const char *sheet;
	long long ago;
	const struct actor *who;
	const char *by;
	bool unknown;
	const char *code; /* NULL: lawful */
} removals[] = {
    {"as decided", RETENTION_CONFIRMED, "kihon/2026", 1, &chief, "kudo", false, NULL},
    {"once it is done", RETENTION_DONE, "kihon/2026", AN_HOUR, &chief, "kudo", false, NULL},
    {"before its time", RETENTION_CONFIRMED, "kihon/2026", -AN_HOUR, &chief, "kudo", false,
     "law.review"},
    {"only asked for", RETENTION_ASKED, "kihon/2026", AN_HOUR, &chief, "kudo", false, "law.review"},
    {"declined", RETENTION_DECLINED, "kihon/2026", AN_HOUR, &chief, "kudo", false, "law.review"},
    {"another sheet", RETENTION_CONFIRMED, "kihon/2025", AN_HOUR, &chief, "kudo", false,
     "law.review"},
    {"confirmed by another", RETENTION_CONFIRMED, "kihon/2026", AN_HOUR, &chief, "fujii", false,
     "law.review"},
    {"by a person", RETENTION_CONFIRMED, "kihon/2026", AN_HOUR, &fujii, "kudo", false,
     "law.operator"},
    {"proposed by nobody", RETENTION_CONFIRMED, "kihon/2026", AN_HOUR, &chief, "kudo", true,
     "law.registry"},
};

/* The file as it is: the steps are judged above. */
static void a_sheet_goes_as_it_was_decided(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof removals / sizeof *removals; i++) {
		child_with(child, "draft");
		plan(removals[i].sheet);
		to_confirmed("kudo");
		p.state = removals[i].state;
		p.due = (long long)time(NULL) - removals[i].ago;
		write_as(&fujii, "retention.ask", p.id);
		remove_as(removals[i].who, removals[i].unknown ? "e888888888" : p.id,
			  removals[i].by);
		must_be(removals[i].name, child, removals[i].code);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(what_two_did_not_decide_is_found),
	    cmocka_unit_test(a_sheet_goes_as_it_was_decided),
	};

	return cmocka_run_group_tests(tests, make_law, end_law);
}
