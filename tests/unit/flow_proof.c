/* Runs of the proof: from where they go on, what is kept of them, and what they leave alone. */
#include "verify_help.h"

#include "vault/db/db.h"
#include "vault/flow/proof_runs.h"

/* ---- from the last run on ---------------------------------------------------------------------
 */

static enum status prove(bool full, struct proof_run *run)
{
	struct proof_order o = {.by = "os:test", .full = full, .tell = note};
	char unkept[PROOF_UNKEPT];
	enum status st;

	findings.count = 0;
	st = proof_make(app, &o, run, unkept);
	assert_string_equal(unkept, "");
	return st;
}

static void a_run_goes_on_from_the_last_one(void **state)
{
	struct proof_run run;
	struct problems ps;
	struct oid v1, v2;
	char child[11];

	(void)state;
	new_child(child);
	assert_ok(prove(false, &run));
	assert_true(run.full);
	assert_non_null(strstr(run.why, "no earlier run"));
	assert_ok(prove(false, &run));
	assert_false(run.full);
	assert_string_equal(run.why, "");
	assert_int_equal(run.commits, 0);
	new_sheet_of(child, "2026", &v1);
	problems_init(&ps);
	assert_ok(put_as(&tanaka, child, "2026", "二つ目", "走りたい", "", &ps, &v2));
	problems_clear(&ps);
	put_institution("new-es", ROLE_SCHOOL);
	restart();
	assert_ok(prove(false, &run));
	assert_false(run.full);
	assert_int_equal(run.commits, 3);
	assert_int_equal(run.states[SIGN_GOOD], 3);
	new_child(child); /* a repository that was not there */
	assert_ok(prove(false, &run));
	assert_false(run.full);
	assert_int_equal(run.commits, 1);
	assert_int_equal(newest_record("system", NULL).count > 0, true);
	assert_string_equal(newest_record("system", NULL).event, "verify");
	assert_string_equal(newest_record("system", NULL).decision, "allow");
}

static void record_something(void)
{
	struct record r = {.class = "session",
			   .event = SPAN("login"),
			   .account = SPAN("tanaka"),
			   .decision = SPAN("allow")};

	assert_ok(journal_append(app->journal, &r, NULL));
}

/* Whatever is odd is looked at from the beginning, and gets its name there. */
static void any_doubt_is_looked_at_from_the_beginning(void **state)
{
	struct proof_state kept, changed;
	struct proof_run run;
	struct oid v1;
	char child[11], hex[OID_HEX], command[256];

	(void)state;
	new_child(child);
	new_sheet_of(child, "2026", &v1);
	assert_ok(prove(false, &run));
	assert_ok(proof_state_get(app->db, &kept));
	changed = kept;
	changed.root[0] ^= 1;
	assert_ok(proof_state_put(app->db, &changed));
	assert_ok(prove(false, &run));
	assert_true(run.full);
	assert_non_null(strstr(run.why, "does not fit together"));
	changed = kept;
	changed.size += 1000;
	assert_ok(proof_state_put(app->db, &changed));
	assert_ok(prove(false, &run));
	assert_true(run.full && run.why[0]);
	/* both changed to fit each other: another tree than the journal's */
	assert_ok(proof_state_get(app->db, &kept));
	changed = kept;
	memset(changed.nodes, 0, sizeof changed.nodes);
	changed.size = 1;
	memcpy(changed.nodes, kept.root, sizeof kept.root);
	memcpy(changed.root, kept.root, sizeof kept.root);
	assert_ok(proof_state_put(app->db, &changed));
	assert_ok(prove(false, &run));
	assert_true(run.full && run.why[0]);
	/* a branch that went back */
	oid_hex(&v1, hex);
	assert_int_equal(in_repo(child, "git update-ref refs/heads/main main~1"), 0);
	assert_status(prove(false, &run), ST_CORRUPT);
	assert_true(run.full);
	assert_true(run.id > 0);
	{
		char repository[64];

		snprintf(repository, sizeof repository, "children/%s", child);
		assert_true(found(repository, "branch.elsewhere"));
		assert_true(found(repository, "commit.missing"));
	}
	snprintf(command, sizeof command, "git update-ref refs/heads/main %s", hex);
	assert_int_equal(in_repo(child, command), 0);
	assert_ok(prove(false, &run));
	assert_false(run.full); /* from the last sound one */
}

/* Where the size is a power of two the root is the one node: both can be changed alike. */
static void what_was_kept_must_grow_into_the_published_checkpoint(void **state)
{
	struct proof_state kept;
	struct proof_run run;
	uint64_t size;
	size_t bit = 0;

	(void)state;
	assert_ok(journal_size(app->journal, &size));
	while (size & (size - 1)) {
		record_something();
		assert_ok(journal_size(app->journal, &size));
	}
	while (size >> bit != 1)
		bit++;
	assert_ok(prove(true, &run));
	assert_ok(proof_state_get(app->db, &kept));
	assert_int_equal(kept.size, size);
	assert_memory_equal(kept.nodes + 32 * bit, kept.root, sizeof kept.root);
	kept.root[7] ^= 1;
	kept.nodes[32 * bit + 7] ^= 1;
	assert_ok(proof_state_put(app->db, &kept));
	restart(); /* publishes a checkpoint */
	assert_ok(prove(false, &run));
	assert_true(run.full);
	assert_non_null(strstr(run.why, "published checkpoint"));
}

static enum status count_run(void *ctx, const struct proof_run *run)
{
	assert_true(run->id > 0);
	++*(size_t *)ctx;
	return ST_OK;
}

static enum status count_finding(void *ctx, const struct proof_finding *f)
{
	assert_string_equal(f->code, "commit.missing");
	++*(size_t *)ctx;
	return ST_OK;
}

static void so_many_runs_and_findings_are_kept(void **state)
{
	struct proof_finding f = {"commit.missing", "children/c7k3m9q2v4", "", "gone"};
	struct proof_run run, last;
	size_t count = 0;

	(void)state;
	assert_ok(db_begin(app->db));
	for (int i = 0; i < PROOF_RUNS_MAX + 5; i++) {
		run = (struct proof_run){.began = i, .by = "os:test", .failed = true};
		assert_ok(proof_run_put(app->db, &run));
	}
	for (size_t i = 0; i < PROOF_FINDINGS_MAX + 5; i++)
		assert_ok(proof_finding_put(app->db, run.id, i, &f));
	assert_ok(db_end(app->db, ST_OK));
	assert_ok(proof_run_each(app, count_run, &count));
	assert_int_equal(count, PROOF_RUNS_MAX);
	assert_ok(proof_run_last(app, false, &last));
	assert_int_equal(last.began, PROOF_RUNS_MAX + 4);
	assert_status(proof_run_last(app, true, &last), ST_NOTFOUND); /* none could be made */
	count = 0;
	assert_ok(proof_findings_each(app, &run, count_finding, &count));
	assert_int_equal(count, PROOF_FINDINGS_MAX);
}

static void a_run_in_the_background_is_one_and_is_kept(void **state)
{
	struct proof_run run;
	size_t done, total;
	enum status second;

	(void)state;
	assert_false(proof_progress(app, &done, &total));
	assert_ok(proof_start(app, true, "os:chore"));
	second = proof_start(app, true, "os:chore");
	assert_true(second == ST_BUSY || second == ST_OK);
	while (proof_progress(app, &done, &total))
		usleep(1000);
	assert_true(total > 0 && done == total);
	assert_ok(proof_run_last(app, true, &run));
	assert_true(run.sound && run.full);
	assert_string_equal(run.by, "os:chore");
	assert_ok(proof_start(app, true, "os:chore"));
	restart(); /* the end of the program does not wait for all of it */
	assert_ok(proof_run_last(app, false, &run));
}

/* ---- while others write -----------------------------------------------------------------------
 */

static char written[11];

static void write_meanwhile(void *ctx, size_t done, size_t total)
{
	struct problems ps;
	struct oid v;

	(void)ctx;
	(void)total;
	if (done > 1)
		return;
	problems_init(&ps);
	assert_ok(put_as(&tanaka, written, "2026", "三つ目", "走りたい", "", &ps, &v));
	problems_clear(&ps);
}

static void what_is_written_meanwhile_is_left_for_the_next_run(void **state)
{
	struct verify_options o = {.progress = write_meanwhile};
	struct verify_result result;
	enum status st;
	struct oid v1;

	(void)state;
	new_child(written);
	new_sheet_of(written, "2026", &v1);
	findings.count = 0;
	st = verify_vault(app, &o, note, NULL, &result);
	for (size_t i = 0; i < findings.count; i++)
		print_message("%s\n", findings.whole[i]);
	assert_ok(st);
	for (size_t i = 0; i < result.proved.count; i++)
		if (strstr(result.proved.heads[i].repository, written))
			assert_true(oid_eq(&result.proved.heads[i].head, &v1));
	verify_base_clear(&result.proved);
	assert_clean();
}

/* A server that has run for weeks has much in memory; the proof reads the disk. */
static void damage_is_found_without_a_restart(void **state)
{
	struct verify_result result;
	struct buf text;
	char child[11], repository[64];
	struct oid v1;

	(void)state;
	buf_init(&text, 65536);
	new_child(child);
	new_sheet_of(child, "2026", &v1);
	stored_text(child, "2026", &text);
	assert_ok(verify(NULL, child, &result));
	assert_int_equal(in_repo(child, "t=$(git rev-parse main:sheets) &&"
					" f=objects/$(printf %.2s $t)/${t#??} && chmod u+w $f &&"
					" mv $f kept && echo $f >where"),
			 0);
	assert_status(verify(NULL, child, &result), ST_CORRUPT);
	snprintf(repository, sizeof repository, "children/%s", child);
	assert_true(found(repository, "digest.wrong"));
	assert_int_equal(in_repo(child, "mv kept \"$(cat where)\" && rm where"), 0);
	assert_ok(verify(NULL, child, &result));
	buf_clear(&text);
}

static void a_run_can_be_stopped(void **state)
{
	const bool stop = true;
	struct verify_options o = {.stop = &stop};
	struct verify_result result;

	(void)state;
	assert_status(verify_vault(app, &o, note, NULL, &result), ST_BUSY);
	verify_base_clear(&result.proved);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_run_goes_on_from_the_last_one),
	    cmocka_unit_test(any_doubt_is_looked_at_from_the_beginning),
	    cmocka_unit_test(what_was_kept_must_grow_into_the_published_checkpoint),
	    cmocka_unit_test(a_run_in_the_background_is_one_and_is_kept),
	    cmocka_unit_test(so_many_runs_and_findings_are_kept),
	    cmocka_unit_test(what_is_written_meanwhile_is_left_for_the_next_run),
	    cmocka_unit_test(damage_is_found_without_a_restart),
	    cmocka_unit_test(a_run_can_be_stopped),
	};

	return cmocka_run_group_tests(tests, make_vault, end_vault);
}
