/*
 * Random asks, answers, papers, cancellations, and rights that rest and come back, against a model
 * that is told the same: which sections may other-es read?  KARTE_SEED repeats a run.
 */
#include "consent_help.h"

enum { STEPS = 160, ASKS = 64, PEOPLE = 2 };

static const char *const people[PEOPLE] = {"suzuki", "yamada"};
static const char *const cuts[] = {"", "wishes", "facts,tests", "tests", "wishes,facts"};

/* The model keeps for each ask what each said last, and changes the others' when it hears a no. */
static struct model {
	struct one_ask {
		char id[CONSENT_ID];
		const char *sections;
		bool both, cancelled, asked[PEOPLE];
		enum consent_word word[PEOPLE], paper;
		/* an agreement on paper that a second person has not confirmed */
		bool waits, refused_since;
		char waiting[CONSENT_ID];
	} asks[ASKS];
	size_t n;
	bool rests[PEOPLE], both;
} model;

static unsigned long long seed;
static struct actor sato; /* the second person at kudan-es */

static unsigned below(unsigned n)
{
	seed = seed * 6364136223846793005ULL + 1442695040888963407ULL;
	return (unsigned)(seed >> 33) % n;
}

static void hear(size_t ask, int person, enum consent_word w)
{
	if (w == SAID_NOTHING)
		return;
	model.asks[ask].word[person] = w;
	for (size_t i = 0; i < model.n; i++)
		if (i != ask && (w == SAID_DECLINE || w == SAID_REVOKE) &&
		    model.asks[i].word[person] == SAID_AGREE)
			model.asks[i].word[person] = SAID_REVOKE;
}

/* "+": by the newest ask that is decided; NULL: nothing is open. */
static const char *may_read(void)
{
	for (size_t i = model.n; i-- > 0;) {
		const struct one_ask *a = &model.asks[i];
		bool no = false, all = true, any = a->paper == SAID_AGREE, changes = false;

		if (a->cancelled)
			continue;
		no = a->paper == SAID_DECLINE || a->paper == SAID_REVOKE;
		for (int p = 0; p < PEOPLE; p++) {
			if (!a->asked[p] || model.rests[p])
				continue;
			no = no || a->word[p] == SAID_DECLINE || a->word[p] == SAID_REVOKE;
			changes = changes || a->word[p] == SAID_CHANGES;
			any = any || a->word[p] == SAID_AGREE;
			all = all && a->word[p] == SAID_AGREE;
		}
		if (no)
			return NULL;
		if (any && !changes && (all || !a->both))
			return a->sections;
	}
	return NULL;
}

static const struct actor *actor_of(int person)
{
	return person ? &yamada : &suzuki;
}

static void ask_something(const char *child, unsigned step)
{
	struct question q = ask_for(ACT_SHEET_WRITE, &tanaka, child, "2026");
	struct sheet_row row = row_of(child);
	struct one_ask *a = &model.asks[model.n];
	char due[DAY_TEXT], note[32];
	struct consent_wish w;

	if (model.n == ASKS)
		return;
	in_days(3, due);
	snprintf(note, sizeof note, "%u", step);
	w = wish_of(&row, due);
	w.note = span_of(note);
	*a = (struct one_ask){.sections = cuts[below(5)], .both = model.both};
	w.items[w.nitems++] = (struct consent_item){.scope = SCOPE_SHARE,
						    .institution = SPAN("other-es"),
						    .sections = span_of(a->sections)};
	for (int p = 0; p < PEOPLE; p++)
		if (!model.rests[p] && (model.both || below(3))) {
			a->asked[p] = true;
			w.to[w.nto++] = span_of(people[p]);
		}
	w.nobody = true;
	assert_ok(consent_ask(app, &tanaka, &q, &w, a->id));
	model.n++;
}

static void answer_something(const char *child, size_t ask, int person)
{
	struct one_ask *a = &model.asks[ask];
	enum consent_word w = (enum consent_word)(SAID_AGREE + below(3));
	struct sheet_row row = row_of(child);
	struct consent_choice c = {.ask = span_of(a->id),
				   .version = span_of(row.version),
				   .words = {w},
				   .text = w == SAID_CHANGES ? SPAN("ここ") : SPAN_NONE};
	enum status st = say(actor_of(person), child, &c);

	if (!a->asked[person] || model.rests[person])
		assert_int_equal(st, ST_DENIED);
	else if (a->cancelled)
		assert_int_equal(st, ST_INVALID);
	else if (!st)
		hear(ask, person, w);
	else /* the same again changes nothing: an agreement that a no took back stays so */
		assert_int_equal(st, ST_EXISTS);
}

static void take_back(const char *child, size_t ask, int person)
{
	struct one_ask *a = &model.asks[ask];
	struct question q = ask_for(ACT_CHILD_READ, actor_of(person), child, "");
	struct consent_choice c = {.ask = span_of(a->id), .words = {SAID_REVOKE}};
	char id[CONSENT_ID];
	enum status st;

	q.type = q.id = SPAN_NONE;
	st = consent_withdraw(app, actor_of(person), &q, &c, id);
	if (!a->asked[person] || model.rests[person])
		assert_int_equal(st, ST_DENIED);
	else if (a->word[person] != SAID_AGREE)
		assert_int_equal(st, ST_EXISTS);
	else {
		assert_ok(st);
		hear(ask, person, SAID_REVOKE);
	}
}

static void write_down(const char *child, size_t ask)
{
	struct one_ask *a = &model.asks[ask];
	enum consent_word w = below(2) ? SAID_AGREE : SAID_DECLINE;
	struct question q = ask_for(ACT_CHILD_READ, &tanaka, child, "");
	char id[CONSENT_ID], today[DAY_TEXT];
	struct consent_paper in = {
	    .ask = span_of(a->id), .name = SPAN("祖母"), .relation = SPAN("祖母"), .words = {w}};
	enum status st;

	q.type = q.id = SPAN_NONE;
	in_days(0, today);
	in.on = span_of(today);
	in.file = w == SAID_AGREE ? SPAN("f000000001") : SPAN_NONE;
	put_scan(child);
	st = consent_paper(app, &tanaka, &q, &in, id);
	assert_int_equal(st, a->cancelled ? ST_INVALID : st == ST_EXISTS ? ST_EXISTS : ST_OK);
	if (st)
		return;
	a->waits = w == SAID_AGREE;
	a->refused_since = false;
	if (a->waits) {
		memcpy(a->waiting, id, sizeof a->waiting);
		return;
	}
	a->paper = w;
	for (size_t i = 0; i < model.n; i++)
		if (i != ask) {
			model.asks[i].refused_since = true;
			if (model.asks[i].paper == SAID_AGREE)
				model.asks[i].paper = SAID_REVOKE;
		}
}

/* A second person, who may forget to open the scan; or who wrote it down. */
static void check_paper(const char *child, size_t ask)
{
	struct one_ask *a = &model.asks[ask];
	const struct actor *who = below(4) ? &sato : &tanaka;
	struct question q = ask_for(ACT_CHILD_READ, who, child, "");
	struct consent_checking in = {.ask = span_of(a->id),
				      .paper = span_of(a->waiting),
				      .send_back = below(4) == 0,
				      .text = SPAN("ちがう")};
	const struct reply paper = {.id = in.paper, .file = SPAN("f000000001"), .at = q.now};
	bool opened = false;
	struct file_row row;
	enum status st;

	if (!a->waiting[0])
		return;
	q.type = q.id = SPAN_NONE;
	put_scan(child);
	if (below(3))
		assert_ok(consent_paper_scan(app, &q, &paper, &row));
	assert_ok(consent_paper_opened(app, &q, &paper, &opened));
	st = consent_check(app, who, &q, &in);
	if (a->cancelled)
		assert_int_equal(st, ST_INVALID);
	else if (who == &tanaka)
		assert_int_equal(st, ST_DENIED);
	else if (!a->waits)
		assert_true(st == ST_INVALID || st == ST_EXISTS);
	else if (!in.send_back && !opened)
		assert_int_equal(st, ST_INVALID);
	else {
		assert_ok(st);
		a->waits = false;
		if (!in.send_back)
			a->paper = a->refused_since ? SAID_REVOKE : SAID_AGREE;
	}
}

static void cancel(const char *child, size_t ask)
{
	struct question q = ask_for(ACT_CHILD_READ, &tanaka, child, "");
	char id[CONSENT_ID];

	q.type = q.id = SPAN_NONE;
	assert_int_equal(consent_cancel(app, &tanaka, &q, span_of(model.asks[ask].id), id),
			 model.asks[ask].cancelled ? ST_INVALID : ST_OK);
	model.asks[ask].cancelled = true;
}

static void rest_or_resume(const char *child, int person)
{
	struct child_task task = {.child = span_of(child)};

	if (model.rests[person])
		assert_ok(child_resume_guardian(app, &chief, &task, span_of(people[person])));
	else
		assert_ok(child_suspend_guardian(app, &chief, &task, span_of(people[person]),
						 SPAN("2026-04-01")));
	model.rests[person] = !model.rests[person];
}

static void set_need(void)
{
	struct policy p;

	policy_default(&p);
	p.both_guardians = model.both = below(2);
	assert_ok(policy_index(app, &p));
}

static void step(const char *child, unsigned i)
{
	unsigned what = model.n ? below(29) : 0;
	size_t ask = model.n ? below((unsigned)model.n) : 0;
	int person = (int)below(PEOPLE);

	if (below(3) && model.n)
		ask = model.n - 1;
	if (what < 4)
		ask_something(child, i);
	else if (what < 12)
		answer_something(child, ask, person);
	else if (what < 15)
		take_back(child, ask, person);
	else if (what < 18)
		write_down(child, ask);
	else if (what < 22)
		check_paper(child, ask);
	else if (what < 23)
		cancel(child, ask);
	else if (what < 28)
		rest_or_resume(child, person);
	else
		set_need();
}

/* As the decision about a real question says. */
static void assert_reads(const char *child, unsigned i)
{
	const char *want = may_read();
	struct question q = ask_for(ACT_SHEET_READ, &ito, child, "2026");
	struct decision d;

	assert_ok(decide_quietly(app, &q, &d, NULL));
	assert_true(d.allow);
	if ((d.relation == REL_SHARED) != (want != NULL) || (want && strcmp(d.only, want) != 0))
		fail_msg("step %u: may read \"%s\", should be \"%s\"", i,
			 d.relation == REL_SHARED ? d.only : "nothing", want ? want : "nothing");
}

static void a_receiver_reads_what_was_agreed_to(void **state)
{
	const char *given = getenv("KARTE_SEED");
	char child[11];

	(void)state;
	seed = given ? strtoull(given, NULL, 10) : (unsigned long long)time(NULL);
	print_message("KARTE_SEED=%llu\n", seed);
	put_account("sato", ROLE_SCHOOL, "kudan-es");
	assert_ok(actor_account(&sato, app, SPAN("sato"), SPAN(PASSWORD)));
	new_family(child);
	put_whole(child, "final", "もと");
	for (unsigned i = 0; i < STEPS; i++) {
		step(child, i);
		assert_reads(child, i);
	}
	/* and all of it once more, from the files alone */
	assert_ok(share_clear(app->db, span_of(child), false));
	assert_ok(child_index(app, span_of(child)));
	assert_reads(child, STEPS);
	actor_clear(&sato);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(a_receiver_reads_what_was_agreed_to)};

	return cmocka_run_group_tests(tests, make_family, end_family);
}
