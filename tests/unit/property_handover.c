/*
 * The property of handovers: whatever is asked, answered, taken back, opened, closed, suspended and
 * saved, in whatever order, on each day the receiver reads exactly the sections that a plain model
 * says, only the version that was agreed to, and nobody else reads anything by it.
 *
 * KARTE_SEED=N: the seed.
 */
#include "flow_help.h"

#include "generator/base/day.h"
#include "vault/flow/handover.h"
#include "vault/flow/reindex.h"

#include <string.h>

enum { SHEETS = 2, SECTIONS = 2, PARENTS = 2, HANDOVERS = 24, STEPS = 120, DAYS_AROUND = 6 };

static const char *const sheet_ids[SHEETS] = {"2025", "2026"};
static const char *const sections[SECTIONS] = {"wishes", "facts"};

static struct actor ito, ueda;
static const struct actor *const parents[PARENTS] = {&yamada, &suzuki};
static char child[11];
static int64_t now;
static unsigned long seed;

/* What the model knows.  Bits are sheet * SECTIONS + section. */
static struct {
	struct {
		char id[HANDOVER_ID + 1];
		unsigned asked, opened, answer[PARENTS];
		bool answered[PARENTS];
		int since, until;
		unsigned version[SHEETS];
		enum handover_state state;
	} all[HANDOVERS];
	size_t n;
	bool resting[PARENTS];
	unsigned version[SHEETS];
} model;

static unsigned dice(unsigned n)
{
	seed = seed * 6364136223846793005u + 1442695040888963407u;
	return (unsigned)(seed >> 33) % n;
}

static int make_people(void **state)
{
	if (make_vault(state))
		return -1;
	put_institution("third-es", ROLE_SCHOOL);
	put_account("ito", ROLE_SCHOOL, "other-es");
	put_account("ueda", ROLE_SCHOOL, "third-es");
	assert_ok(actor_account(&ito, app, SPAN("ito"), SPAN(PASSWORD)));
	assert_ok(actor_account(&ueda, app, SPAN("ueda"), SPAN(PASSWORD)));
	now = (int64_t)time(NULL);
	return 0;
}

static int end_people(void **state)
{
	actor_clear(&ito);
	actor_clear(&ueda);
	return end_vault(state);
}

static struct question by(const struct actor *who)
{
	return (struct question){.action = ACT_CHILD_READ,
				 .who = &who->account,
				 .child = span_of(child),
				 .request = who->request,
				 .now = now};
}

/* ---- what is saved -------------------------------------------------------------------------- */

static void save(int sheet)
{
	struct question q = ask_for(ACT_SHEET_WRITE, &tanaka, child, sheet_ids[sheet]);
	struct problems ps;
	struct oid version;
	struct buf text;

	problems_init(&ps);
	buf_init(&text, 65536);
	buf_addf(
	    &text,
	    "---\nkarte: 1\ntype: kihon\ntype-version: 1\nid: \"%s\"\nchild: %s\n"
	    "title: 基本シート\ninstitution: kudan-es\nstatus: final\nvalues:\n"
	    "  name: 山田 健%u\n---\n\n## 本人・保護者の願い\n\n### 保護者の願い\n\n走りたい%u\n",
	    sheet_ids[sheet], child, model.version[sheet], model.version[sheet]);
	assert_ok(put_sheet(app, &tanaka, &q, "x.md", buf_span(&text), SPAN("書きなおしたため"),
			    &ps, &version));
	model.version[sheet]++;
	problems_clear(&ps);
	buf_clear(&text);
}

static void begin(void)
{
	memset(&model, 0, sizeof model);
	new_child(child);
	assert_ok(child_add_guardian(app, &chief, &(struct child_task){.child = span_of(child)},
				     SPAN("suzuki"), SPAN("father")));
	for (int s = 0; s < SHEETS; s++)
		save(s);
}

/* ---- ticks ---------------------------------------------------------------------------------- */

static struct span ticks[SHEETS * SECTIONS];

static size_t put_ticks(unsigned bits)
{
	static char text[SHEETS * SECTIONS][64];
	size_t n = 0;

	for (int b = 0; b < SHEETS * SECTIONS; b++)
		if (bits & 1u << b) {
			snprintf(text[n], sizeof text[n], "kihon/%s/%s", sheet_ids[b / SECTIONS],
				 sections[b % SECTIONS]);
			ticks[n] = span_of(text[n]);
			n++;
		}
	return n;
}

/* ---- the model ------------------------------------------------------------------------------ */

/* What the guardians who count agreed to. */
static unsigned agreed(size_t i)
{
	unsigned bits = model.all[i].asked;
	bool any = false;

	for (int p = 0; p < PARENTS; p++)
		if (model.all[i].answered[p] && !model.resting[p]) {
			bits &= model.all[i].answer[p];
			any = true;
		}
	return any ? bits : 0;
}

static bool is_newest(size_t i, int sheet)
{
	return model.all[i].version[sheet] == model.version[sheet];
}

/* Bits that the receiver reads on a day; *karte: the child at all. */
static unsigned readable(int day, bool *karte)
{
	unsigned bits = 0;

	*karte = false;
	for (size_t i = 0; i < model.n; i++) {
		unsigned open = model.all[i].opened & agreed(i);

		if (model.all[i].state != HANDOVER_IS_OPEN || day < model.all[i].since ||
		    day > model.all[i].until)
			continue;
		*karte = *karte || open;
		for (int b = 0; b < SHEETS * SECTIONS; b++)
			if ((open & 1u << b) && is_newest(i, b / SECTIONS))
				bits |= 1u << b;
	}
	return bits;
}

/* ---- what is real --------------------------------------------------------------------------- */

static unsigned real_bits(const struct actor *who, int day)
{
	unsigned bits = 0;

	for (int b = 0; b < SHEETS * SECTIONS; b++) {
		struct question q = by(who);
		struct decision d;

		q.action = ACT_SHEET_READ;
		q.type = SPAN("kihon");
		q.id = span_of(sheet_ids[b / SECTIONS]);
		q.now += day * 86400;
		assert_ok(decide_quietly(app, &q, &d, NULL));
		if (d.allow) {
			assert_int_equal(d.reason, WHY_HANDOVER);
			assert_true(d.read_only && d.relation == REL_SHARED && d.only[0]);
			if (handover_lists(span_of(d.only), span_of(sections[b % SECTIONS])))
				bits |= 1u << b;
		}
		q.action = ACT_SHEET_WRITE;
		assert_ok(decide_quietly(app, &q, &d, NULL));
		assert_false(d.allow);
	}
	return bits;
}

static void compare(const char *after)
{
	for (int day = -DAYS_AROUND; day <= DAYS_AROUND; day++) {
		struct question q = by(&ito);
		struct decision d;
		bool karte;
		unsigned want = readable(day, &karte), got = real_bits(&ito, day);

		q.now += day * 86400;
		assert_ok(decide_quietly(app, &q, &d, NULL));
		if (got != want || d.allow != karte)
			fail_msg("after %s, day %d: reads %x, not %x; the karte is %s", after, day,
				 got, want, d.allow ? "open" : "shut");
		assert_int_equal(real_bits(&ueda, day), 0);
	}
}

/* ---- steps ---------------------------------------------------------------------------------- */

static void iso(int days, char out[static DAY_TEXT])
{
	day_iso(day_plus(day_jst(now), days), out);
}

static const char *ask(void)
{
	struct question q = by(&tanaka);
	unsigned bits = 1 + dice((1u << SHEETS * SECTIONS) - 1);
	int since = (int)dice(4) - 2, until = since + (int)dice(DAYS_AROUND);
	char from[DAY_TEXT], to[DAY_TEXT];
	struct handover_plan plan = {.receiver = SPAN("other-es"),
				     .purpose = SPAN("move"),
				     .message = SPAN(""),
				     .ticks = ticks,
				     .nticks = put_ticks(bits)};
	enum status st;

	if (model.n == HANDOVERS || until < 0)
		return "nothing";
	iso(since, from);
	iso(until, to);
	plan.since = span_of(from);
	plan.until = span_of(to);
	st = handover_ask(app, &tanaka, &q, &plan, model.all[model.n].id);
	if (st == ST_INVALID)
		return "too many";
	assert_ok(st);
	model.all[model.n].asked = bits;
	model.all[model.n].since = since;
	model.all[model.n].until = until;
	memcpy(model.all[model.n].version, model.version, sizeof model.version);
	model.n++;
	return "ask";
}

static const char *answer(size_t i)
{
	int p = (int)dice(PARENTS);
	struct question q = by(parents[p]);
	unsigned bits = dice(4) ? model.all[i].asked & dice(1u << SHEETS * SECTIONS) : 0;
	enum status st;

	if (dice(3))
		bits = model.all[i].asked;
	st = handover_give_answer(app, parents[p], &q, span_of(model.all[i].id), ticks,
				  put_ticks(bits));
	if (model.resting[p]) {
		assert_int_equal(st, ST_DENIED);
		return "an answer of whose right rests";
	}
	if (model.all[i].state == HANDOVER_CLOSED) {
		assert_int_equal(st, ST_INVALID);
		return "an answer too late";
	}
	assert_true(st == ST_OK || st == ST_EXISTS);
	model.all[i].answer[p] = bits;
	model.all[i].answered[p] = true;
	return "an answer";
}

static bool all_newest(size_t i, unsigned bits)
{
	for (int b = 0; b < SHEETS * SECTIONS; b++)
		if ((bits & 1u << b) && !is_newest(i, b / SECTIONS))
			return false;
	return true;
}

static const char *open_it(size_t i)
{
	struct question q = by(&tanaka);
	unsigned bits = agreed(i);
	bool may = model.all[i].state == HANDOVER_ASKED && model.all[i].until >= 0;
	enum status st;

	if (dice(3) == 0)
		bits = dice(1u << SHEETS * SECTIONS);
	may = may && bits && !(bits & ~agreed(i)) && all_newest(i, bits);
	st = handover_open(app, &tanaka, &q, span_of(model.all[i].id), ticks, put_ticks(bits));
	if (model.all[i].state == HANDOVER_IS_OPEN && bits == model.all[i].opened) {
		assert_int_equal(st, ST_EXISTS);
		return "what is open already";
	}
	assert_int_equal(st, may ? ST_OK : ST_INVALID);
	if (!may)
		return "what could not be opened";
	model.all[i].state = HANDOVER_IS_OPEN;
	model.all[i].opened = bits;
	return "opening";
}

static const char *close_it(size_t i)
{
	struct question q = by(&tanaka);
	enum status st = handover_close(app, &tanaka, &q, span_of(model.all[i].id));

	assert_int_equal(st, model.all[i].state == HANDOVER_CLOSED ? ST_EXISTS : ST_OK);
	model.all[i].state = HANDOVER_CLOSED;
	return "closing";
}

static const char *rest(void)
{
	const struct child_task t = {.child = span_of(child)};
	int p = (int)dice(PARENTS);
	struct span who = span_of(parents[p]->account.id);
	char today[DAY_TEXT];

	iso(0, today);
	if (model.resting[p])
		assert_ok(child_resume_guardian(app, &chief, &t, who));
	else
		assert_ok(child_suspend_guardian(app, &chief, &t, who, span_of(today)));
	model.resting[p] = !model.resting[p];
	return "a right that rests, or no more";
}

static const char *step(void)
{
	size_t i = model.n ? dice((unsigned)model.n) : 0;
	unsigned what = dice(40);

	if (what < 8 || !model.n)
		return ask();
	if (dice(3))
		i = model.n - 1; /* most happens to the newest */
	if (what < 20)
		return answer(i);
	if (what < 31)
		return open_it(i);
	if (what < 34)
		return close_it(i);
	if (what < 36)
		return rest();
	if (what < 37) {
		save((int)dice(SHEETS));
		return "saving";
	}
	assert_ok(child_index(app, span_of(child)));
	return "making the index again";
}

static void the_receiver_reads_what_the_model_says(void **state)
{
	const char *given = getenv("KARTE_SEED");
	unsigned long first = given ? strtoul(given, NULL, 10) : (unsigned long)time(NULL);
	unsigned met = 0;
	bool karte;

	(void)state;
	for (int round = 0; round < 3; round++) {
		seed = first + (unsigned long)round;
		print_message("# KARTE_SEED=%lu\n", seed);
		begin();
		for (int i = 0; i < STEPS; i++) {
			compare(step());
			met += readable(0, &karte) != 0;
		}
	}
	print_message("# after %u of %d steps something was open\n", met, 3 * STEPS);
	assert_true(met > 4);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(the_receiver_reads_what_the_model_says),
	};

	return cmocka_run_group_tests(tests, make_people, end_people);
}
