/*
 * The same property for static sites: no file of a site for a role, neither its name nor what is in
 * it, shows what that role may not read; all that it may read is there.
 */
#include "tests/property/reader.h"

#include "generator/site/manifest.h"
#include "generator/site/site.h"

#include <ftw.h>
#include <limits.h>

struct input {
	char child[16];
	const char *id;
	const struct sheet_type *t;
	enum sheet_status status;
	char *text;
	size_t len;
};

static struct input inputs[64];
static size_t ninputs;

static enum status load_input(void *ctx, struct buf *out)
{
	const struct input *in = ctx;

	buf_add(out, in->text, in->len);
	return out->st;
}

/* Each type twice: as a draft of one child and, final, of another. */
static void fill_inputs(int i)
{
	for (size_t k = 0; k < types_count(types[i]); k++)
		for (int turn = 0; turn < 2; turn++) {
			const struct sheet_type *t = types_at(types[i], k);
			struct input *in = &inputs[ninputs];

			if (t->subject != SUBJECT_CHILD)
				continue;
			*in = (struct input){.id = fill_id(t->period, 0),
					     .t = t,
					     .status = turn ? SHEET_FINAL : SHEET_DRAFT};
			snprintf(in->child, sizeof in->child, "c00000000%d", turn);
			buf_cut(&file, 0);
			marks.turn = (int)ninputs++;
			fill_sheet(t, &marks, in->child, in->id, in->status, &file);
			in->text = buf_detach(&file, &in->len);
		}
}

static void set_seen_in_site(enum role role)
{
	for (size_t i = 0; i < marks.count; i++) {
		struct canary *c = &marks.list[i];
		struct onlooker r = onlooker_of(role, REL_OWN, inputs[c->turn].status);

		c->seen = may_learn(c, &r);
	}
}

static enum role site_role;
static bool *found; /* which marks some file has */

/*
 * The theme's own files have numbers of their own, and the site's manifest consists of keyed
 * digests, in which any four digits stand now and then; marks that are words are looked for there,
 * too.
 */
static bool has_own_numbers(const char *path)
{
	return strstr(path, "/assets/") || strstr(path, "/" MANIFEST_NAME);
}

/* Name and content of one file of the site. */
static int look_at_file(const char *path, const struct stat *sb, int flag, struct FTW *at)
{
	const struct onlooker r = onlooker_of(site_role, REL_OWN, SHEET_FINAL);

	(void)sb;
	(void)at;
	buf_cut(&output, 0);
	buf_adds(&output, path + strlen(folder));
	if (flag == FTW_F)
		assert_int_equal(file_read(path, &output), ST_OK);
	fold(buf_span(&output), true, &folded);
	look_at(path, buf_span(&folded), has_own_numbers(path), NOTHING, inputs[0].t, &r);
	for (size_t i = 0; i < marks.count; i++)
		found[i] = found[i] || marks.list[i].met;
	return 0;
}

static void build_site(int i, enum role role, const char *outdir)
{
	static const unsigned char secret[STAMP_SECRET] = {7};
	struct site_options o = {.role = role,
				 .theme = theme,
				 .types = types[i],
				 .names = NULL,
				 .outdir = outdir,
				 .day = {2026, 11, 20},
				 .secret = secret,
				 .threads = 1};
	struct site_report report;
	struct problems ps;
	struct plan *plan;

	problems_init(&ps);
	assert_int_equal(plan_new(&plan), ST_OK);
	for (size_t k = 0; k < ninputs; k++)
		assert_int_equal(plan_add_sheet(plan, span_of(inputs[k].child), inputs[k].t->id,
						span_of(inputs[k].id), "sheet.md", NULL, load_input,
						&inputs[k]),
				 ST_OK);
	assert_int_equal(plan_end(plan), ST_OK);
	if (site_build(plan, &o, &report, &ps)) {
		buf_cut(&said, 0);
		problems_print(&ps, &said);
		fail_msg("site for %s: %s%s", role_name(role), fail_why(), buf_str(&said));
	}
	plan_free(plan);
	problems_clear(&ps);
}

/* A sheet of which nothing may be seen has no file either. */
static void look_for_paths(const char *outdir, enum role role)
{
	struct buf path;

	buf_init(&path, PATH_MAX);
	for (size_t k = 0; k < ninputs; k++) {
		const struct onlooker r = onlooker_of(role, REL_OWN, inputs[k].status);

		buf_cut(&path, 0);
		buf_addf(&path, "%s/children/%s/%.*s/%s.html", outdir, inputs[k].child,
			 SPAN_ARG(inputs[k].t->id), inputs[k].id);
		if (file_exists(buf_str(&path)) != may_read_any(inputs[k].t, &r))
			fail_msg("for %s: %s", describe(&r), buf_str(&path));
	}
	buf_clear(&path);
}

static void check_sites(int i)
{
	marks.count = 0;
	ninputs = 0;
	fill_inputs(i);
	canaries_sort(&marks);
	found = calloc(marks.count, sizeof *found);
	for (int role = ROLE_HOUSEHOLD; role < ROLE_AUDITOR; role++) {
		char outdir[540];

		site_role = (enum role)role;
		snprintf(outdir, sizeof outdir, "%s/site-%d-%s", folder, i, role_name(site_role));
		memset(found, 0, marks.count * sizeof *found);
		set_seen_in_site(site_role);
		build_site(i, site_role, outdir);
		assert_int_equal(nftw(outdir, look_at_file, 16, FTW_PHYS), 0);
		look_for_paths(outdir, site_role);
		for (size_t k = 0; k < marks.count; k++)
			if (marks.list[k].seen && marks.list[k].shown && !found[k])
				fail_msg("the site for %s lacks \"%s\" of %.*s",
					 role_name(site_role), marks.list[k].mark,
					 SPAN_ARG(marks.list[k].type->id));
	}
	free(found);
	for (size_t k = 0; k < ninputs; k++)
		free(inputs[k].text);
}

static void no_static_site_shows_what_is_closed(void **state)
{
	(void)state;
	for (int i = 0; i < FOLDERS; i++)
		check_sites(i);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(no_static_site_shows_what_is_closed),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
