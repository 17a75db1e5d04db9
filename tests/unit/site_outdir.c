/* The folder of a site: what is not ours stays, a failure changes nothing, a crash is mended. */
#include "generator/site/outdir.h"
#include "tests/unit/site_help.h"

enum { ROOM = 1024 * 1024 };

struct folder {
	char dir[256];
};

static void folder_init(struct folder *f)
{
	const char *tmp = getenv("TMPDIR");

	snprintf(f->dir, sizeof f->dir, "%s/karte-out-XXXXXX", tmp ? tmp : "/tmp");
	assert_non_null(mkdtemp(f->dir));
}

static bool is_there(const struct folder *f, const char *name)
{
	char path[512];

	snprintf(path, sizeof path, "%s/%s", f->dir, name);
	return file_exists(path);
}

static void put(const struct folder *f, const char *name, const char *text)
{
	char path[512];

	snprintf(path, sizeof path, "%s/%s", f->dir, name);
	assert_int_equal(file_write_fast(path, span_of(text), 0600), ST_OK);
}

static void assert_text(const struct folder *f, const char *name, const char *want)
{
	char path[512];
	struct buf b;

	buf_init(&b, ROOM);
	snprintf(path, sizeof path, "%s/%s", f->dir, name);
	assert_int_equal(file_read(path, &b), ST_OK);
	assert_string_equal(buf_str(&b), want);
	buf_clear(&b);
}

/* Makes the folder hold these files, each with its own path as content. */
static enum status make(const struct folder *f, const char *const *paths, struct outdir_done *done)
{
	struct new_file list[8] = {0};
	struct outdir *o;
	size_t n = 0;
	enum status st = outdir_open(&o, f->dir);

	if (st)
		return st;
	for (; paths[n]; n++) {
		list[n] =
		    (struct new_file){.made = {.path = paths[n], .facts = ""}, .staged = true};
		memset(list[n].made.key, 'a', SHA256_HEX - 1);
		list[n].made.size = strlen(paths[n]);
		assert_int_equal(outdir_stage(o, paths[n], span_of(paths[n])), ST_OK);
	}
	st = outdir_commit(o, list, n, done);
	outdir_close(o);
	return st;
}

static void files_take_their_places_and_go_with_their_folders(void **state)
{
	struct folder f;
	struct outdir_done done;

	(void)state;
	folder_init(&f);
	assert_int_equal(
	    make(&f, (const char *[]){"a/b/c.html", "a/d.html", "e.html", NULL}, &done), ST_OK);
	assert_int_equal(done.written, 3);
	assert_text(&f, "a/b/c.html", "a/b/c.html");
	assert_int_equal(make(&f, (const char *[]){"e.html", "a/f.html", NULL}, &done), ST_OK);
	assert_int_equal(done.written, 2);
	assert_int_equal(done.removed, 2);
	assert_false(is_there(&f, "a/b"));
	assert_false(is_there(&f, "a/d.html"));
	assert_text(&f, "a/f.html", "a/f.html");
	assert_false(is_there(&f, ".karte-new"));
	file_remove_tree(f.dir);
}

static void what_is_not_ours_stays(void **state)
{
	struct folder f;
	struct outdir_done done;

	(void)state;
	folder_init(&f);
	assert_int_equal(make(&f, (const char *[]){"a/b.html", NULL}, &done), ST_OK);
	put(&f, "notes.txt", "mine");
	put(&f, "a/mine.html", "mine");
	assert_int_equal(make(&f, (const char *[]){"c.html", NULL}, &done), ST_OK);
	assert_false(is_there(&f, "a/b.html"));
	assert_text(&f, "notes.txt", "mine");
	assert_text(&f, "a/mine.html", "mine");
	file_remove_tree(f.dir);
}

static void a_foreign_file_in_the_way_stops_the_build_before_anything_changes(void **state)
{
	struct folder f;
	struct outdir_done done;

	(void)state;
	folder_init(&f);
	assert_int_equal(make(&f, (const char *[]){"a.html", NULL}, &done), ST_OK);
	put(&f, "b.html", "mine");
	put(&f, "d", "mine, and no folder");
	assert_int_equal(make(&f, (const char *[]){"b.html", "c.html", NULL}, &done), ST_EXISTS);
	assert_int_equal(make(&f, (const char *[]){"c.html", "d/e.html", NULL}, &done), ST_EXISTS);
	assert_text(&f, "b.html", "mine");
	assert_text(&f, "a.html", "a.html");
	assert_false(is_there(&f, "c.html"));
	assert_false(is_there(&f, ".karte-new"));
	file_remove_tree(f.dir);
}

static void a_folder_with_other_things_and_no_list_is_refused(void **state)
{
	struct folder f;
	struct outdir_done done;

	(void)state;
	folder_init(&f);
	put(&f, "thesis.tex", "mine");
	assert_int_equal(make(&f, (const char *[]){"a.html", NULL}, &done), ST_EXISTS);
	assert_text(&f, "thesis.tex", "mine");
	assert_false(is_there(&f, ".karte-site"));
	assert_false(is_there(&f, ".karte-new"));
	file_remove_tree(f.dir);
}

static void nobody_follows_a_link_out_of_the_folder(void **state)
{
	struct folder f, other;
	struct outdir_done done;

	(void)state;
	folder_init(&f);
	folder_init(&other);
	assert_int_equal(make(&f, (const char *[]){"a/b.html", NULL}, &done), ST_OK);
	put(&other, "b.html", "precious");
	run("rm -r '%s/a' && ln -s '%s' '%s/a'", f.dir, other.dir, f.dir);
	assert_int_equal(make(&f, (const char *[]){"a/b.html", NULL}, &done), ST_EXISTS);
	assert_int_equal(make(&f, (const char *[]){"c.html", NULL}, &done), ST_OK);
	assert_text(&other, "b.html", "precious");
	file_remove_tree(f.dir);
	file_remove_tree(other.dir);
}

static void a_list_that_leads_out_of_the_folder_is_not_believed(void **state)
{
	static const char *const lines[] = {
	    "karte-site 1\n\t\t0\t../precious\t\n",
	    "karte-site 1\n\t\t0\t/etc/passwd\t\n",
	    "karte-site 1\n\t\t0\ta/./b\t\n",
	    "karte-site 1\n\t\t0\ta//b\t\n",
	    "karte-site 1\n\t\t0\t.hidden\t\n",
	    "karte-site 1\n\t\t0\ta\t\n\t\t0\ta\t\n",
	    "karte-site 1\nxyz\t\t0\ta\t\n",
	    "karte-site 1\n\t\t-1\ta\t\n",
	    "karte-site 1\n\t\t0\ta\n",
	    "karte-site 1\n\t\t0\ta\t",
	    "karte-site 2\n",
	    "",
	};

	(void)state;
	for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
		struct outdir_done done;
		struct folder f;

		folder_init(&f);
		put(&f, ".karte-site", lines[i]);
		assert_int_equal(make(&f, (const char *[]){"c.html", NULL}, &done), ST_CORRUPT);
		assert_text(&f, ".karte-site", lines[i]);
		assert_false(is_there(&f, "c.html"));
		file_remove_tree(f.dir);
	}
}

static void a_build_that_breaks_off_leaves_a_list_of_all_that_may_be_there(void **state)
{
	struct folder f;
	struct outdir_done done;
	struct outdir *o;

	(void)state;
	folder_init(&f);
	assert_int_equal(make(&f, (const char *[]){"old.html", NULL}, &done), ST_OK);
	assert_int_equal(outdir_open(&o, f.dir), ST_OK);
	assert_int_equal(outdir_stage(o, "a.html", SPAN("a")), ST_OK);
	/* the second was never put aside: placing stops there */
	struct new_file list[] = {{.made = {.path = "a.html", .facts = ""}, .staged = true},
				  {.made = {.path = "b.html", .facts = ""}, .staged = true}};
	memset(list[0].made.key, 'a', SHA256_HEX - 1);
	assert_int_equal(outdir_commit(o, list, 2, &done), ST_IO);
	outdir_close(o);
	assert_text(&f, "a.html", "a");
	assert_text(&f, ".karte-site",
		    "karte-site 1\n\t\t0\ta.html\t\n\t\t0\tb.html\t\n\t\t0\told.html\t\n");
	assert_int_equal(make(&f, (const char *[]){"c.html", NULL}, &done), ST_OK);
	assert_int_equal(done.removed, 2);
	assert_false(is_there(&f, "a.html"));
	file_remove_tree(f.dir);
}

static void after_a_crash_nothing_is_trusted_and_nothing_is_lost(void **state)
{
	struct folder f;
	struct outdir_done done;
	struct outdir *o;

	(void)state;
	folder_init(&f);
	/* as a crash leaves it: named, one in its place, one put aside, one from before */
	put(&f, ".karte-site",
	    "karte-site 1\n\t\t0\ta.html\t\n\t\t0\tb.html\t\n\t\t0\told.html\t\n");
	run("mkdir '%s/.karte-new'", f.dir);
	put(&f, ".karte-new/b.html", "half");
	put(&f, "a.html", "new");
	put(&f, "old.html", "old");
	assert_int_equal(outdir_open(&o, f.dir), ST_OK);
	assert_string_equal(outdir_old(o, "a.html")->key, "");
	assert_false(is_there(&f, ".karte-new/b.html"));
	outdir_close(o);
	assert_int_equal(make(&f, (const char *[]){"a.html", "b.html", NULL}, &done), ST_OK);
	assert_int_equal(done.removed, 1);
	assert_text(&f, "a.html", "a.html");
	assert_text(&f, "b.html", "b.html");
	file_remove_tree(f.dir);
}

static void an_interrupted_first_build_is_no_obstacle(void **state)
{
	struct folder f;
	struct outdir_done done;

	(void)state;
	folder_init(&f);
	run("mkdir -p '%s/.karte-new/a'", f.dir);
	put(&f, ".karte-new/a/b.html", "half");
	assert_int_equal(make(&f, (const char *[]){"a/b.html", NULL}, &done), ST_OK);
	assert_text(&f, "a/b.html", "a/b.html");
	file_remove_tree(f.dir);
}

static void two_builds_do_not_work_in_one_folder(void **state)
{
	struct folder f;
	struct outdir_done done;
	struct outdir *o;

	(void)state;
	folder_init(&f);
	assert_int_equal(outdir_open(&o, f.dir), ST_OK);
	assert_int_equal(make(&f, (const char *[]){"a.html", NULL}, &done), ST_BUSY);
	outdir_close(o);
	assert_int_equal(make(&f, (const char *[]){"a.html", NULL}, &done), ST_OK);
	file_remove_tree(f.dir);
}

static void only_the_owner_reads_a_site(void **state)
{
	struct folder f;
	struct outdir_done done;
	struct stat sb;
	char path[512];

	(void)state;
	folder_init(&f);
	assert_int_equal(make(&f, (const char *[]){"a/b.html", NULL}, &done), ST_OK);
	snprintf(path, sizeof path, "%s/a", f.dir);
	assert_int_equal(stat(path, &sb), 0);
	assert_int_equal(sb.st_mode & 0777, 0700);
	snprintf(path, sizeof path, "%s/a/b.html", f.dir);
	assert_int_equal(stat(path, &sb), 0);
	assert_int_equal(sb.st_mode & 0777, 0600);
	file_remove_tree(f.dir);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(files_take_their_places_and_go_with_their_folders),
	    cmocka_unit_test(what_is_not_ours_stays),
	    cmocka_unit_test(a_foreign_file_in_the_way_stops_the_build_before_anything_changes),
	    cmocka_unit_test(a_folder_with_other_things_and_no_list_is_refused),
	    cmocka_unit_test(nobody_follows_a_link_out_of_the_folder),
	    cmocka_unit_test(a_list_that_leads_out_of_the_folder_is_not_believed),
	    cmocka_unit_test(a_build_that_breaks_off_leaves_a_list_of_all_that_may_be_there),
	    cmocka_unit_test(after_a_crash_nothing_is_trusted_and_nothing_is_lost),
	    cmocka_unit_test(an_interrupted_first_build_is_no_obstacle),
	    cmocka_unit_test(two_builds_do_not_work_in_one_folder),
	    cmocka_unit_test(only_the_owner_reads_a_site),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
