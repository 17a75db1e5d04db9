/*
 * The property that everything rests on: whatever is made of a sheet for a reader holds nothing of
 * a part that this reader may not read, and all of the parts that it may.
 *
 * For the newest version of every sheet type of content/ and of the tests, every role, relation and
 * state, once by the type alone and once with sections closed and opened and words withheld at
 * random: all fields are filled with marks, all renderings are made, and the marks are searched.
 * KARTE_SEED=N repeats a run.
 */
#include "tests/property/labels.h"
#include "tests/property/reader.h"

#include "generator/render/html_diff.h"
#include "generator/render/html_form.h"
#include "generator/render/html_view.h"
#include "generator/render/plain.h"
#include "generator/render/print.h"
#include "generator/site/frame.h"

enum { PDF_AT = 1795000000 };

static struct print_style *style;
static struct fonts *fonts;

/* ---- what is made of a sheet ---------------------------------------------------------------- */

/* Sets `seen`: what this reader may read of the two sheets, and which labels that shows. */
static void set_seen(const struct sheet_type *const both[2], const struct onlooker *r)
{
	struct buf open, lower;

	buf_init(&open, 1 << 20);
	buf_init(&lower, 1 << 20);
	for (int i = 0; i < 2; i++) {
		add_text(&open, both[i]->title);
		for (size_t k = 0; k < both[i]->nsections; k++)
			if (may_read(both[i], &both[i]->sections[k], r))
				each_text_of_section(&both[i]->sections[k], add_text, &open);
	}
	fold(buf_span(&open), false, &lower);
	for (size_t i = 0; i < marks.count; i++) {
		struct canary *c = &marks.list[i];

		c->seen =
		    c->label ? span_find(buf_span(&lower), span_of(c->mark)) >= 0 : may_learn(c, r);
	}
	buf_clear(&open);
	buf_clear(&lower);
}

struct scene {
	const struct view *now, *old, *empty; /* old may be NULL: nothing of it may be seen */
};

/* Names of institutions and files are asked for by id: a hidden id must not be asked for. */
static struct span name_of(void *ctx, struct span id)
{
	(void)ctx;
	for (size_t i = 0; i < marks.count; i++)
		if (span_is(id, marks.list[i].mark) && !marks.list[i].seen)
			fail_msg("the name of a hidden id was asked for: %s", marks.list[i].mark);
	return SPAN_NONE;
}

static const struct render_names names = {name_of, name_of, NULL};
static const struct view_look look = {.names = &names};
static const struct form_fill filling = {.names = &names};

static void dump_value(const struct value *v, size_t columns, struct buf *out)
{
	add_text(out, v->text);
	for (size_t i = 0; i < v->nitems; i++)
		add_text(out, v->items[i]);
	for (size_t r = 0; r < v->nrows; r++)
		for (size_t c = 0; c < columns; c++)
			add_text(out, v->rows[r][c].text);
}

static void by_accessors(const struct scene *s, struct buf *out)
{
	add_text(out, view_title(s->now));
	for (size_t i = 0; i < view_sections(s->now); i++) {
		const struct view_section *sec = view_section(s->now, i);

		each_text_of_section(sec->section, add_text, out);
		for (size_t k = 0; k < sec->nfields; k++)
			if (sec->fields[k].value)
				dump_value(sec->fields[k].value, sec->fields[k].field->ncolumns,
					   out);
	}
}

static void by_plain_text(const struct scene *s, struct buf *out)
{
	view_plain(s->now, out);
}

static void by_markdown(const struct scene *s, struct buf *out)
{
	assert_int_equal(plain_view(s->now, &names, out), ST_OK);
}

static void by_html(const struct scene *s, struct buf *out)
{
	struct html h;

	html_init(&h, out);
	html_open(&h, "main");
	html_leaf(&h, "h1", view_title(s->now));
	html_view(&h, s->now, &look);
	html_close(&h);
	assert_int_equal(html_end(&h), ST_OK);
}

static void by_form(const struct scene *s, struct buf *out)
{
	struct html h;

	html_init(&h, out);
	html_open(&h, "form");
	html_form(&h, s->now, &filling);
	html_form(&h, s->empty, NULL);
	html_close(&h);
	assert_int_equal(html_end(&h), ST_OK);
}

static void by_differences(const struct scene *s, struct buf *out)
{
	struct html h;

	html_init(&h, out);
	html_open(&h, "main");
	html_diff(&h, s->empty, s->now, &look);
	html_diff(&h, s->now, s->empty, &look);
	html_diff(&h, NULL, s->now, &look);
	html_diff(&h, s->now, NULL, &look);
	html_diff(&h, s->old, s->now, &look);
	html_diff(&h, s->now, s->old, &look);
	html_close(&h);
	assert_int_equal(html_end(&h), ST_OK);
}

/* A conflict is between versions of one type. */
static void by_conflict(const struct scene *s, struct buf *out)
{
	const struct view *other =
	    s->old && view_type(s->old) == view_type(s->now) ? s->old : s->empty;
	struct html h;

	html_init(&h, out);
	html_open(&h, "form");
	html_conflict(&h, s->empty, s->now, other, &filling);
	html_conflict(&h, s->now, other, s->empty, &filling);
	html_conflict(&h, other, s->empty, s->now, &filling);
	html_close(&h);
	assert_int_equal(html_end(&h), ST_OK);
}

static void by_page(const struct scene *s, struct buf *out)
{
	struct buf body;
	struct frame f = {.title = view_title(s->now),
			  .heading = view_title(s->now),
			  .caption = view_id(s->now),
			  .assets = "assets/",
			  .role = view_role(s->now)};

	buf_init(&body, ROOM);
	by_html(s, &body);
	f.body = buf_span(&body);
	assert_int_equal(frame_render(theme, &f, out), ST_OK);
	buf_clear(&body);
}

static struct print_job job_of(const struct view *const views[2])
{
	return (struct print_job){.views = views,
				  .nviews = views[1] ? 2 : 1,
				  .child_name = SPAN("山田 健"),
				  .child_kana = SPAN("やまだ けん"),
				  .born = {2019, 5, 12},
				  .made_for = SPAN("検査"),
				  .version = SPAN("3（a1b2c3d）"),
				  .checkpoint = SPAN("1234 5f3a 9c01 77de"),
				  .verify_url = SPAN("https://127.0.0.1/verify/a1b2c3d"),
				  .at = PDF_AT,
				  .names = &names};
}

static void by_print(const struct scene *s, struct buf *out)
{
	const struct view *views[2] = {s->now, s->old};
	struct print_job job = job_of(views);

	assert_int_equal(print_text(style, NULL, &job, out, NULL), ST_OK);
}

/* ---- looking at all of them ------------------------------------------------------------------
 */

static const struct making {
	const char *name;
	void (*make)(const struct scene *s, struct buf *out);
	enum wants wants; /* what must be in it */
	bool raw;	  /* has numbers of its own */
	bool says;	  /* has the words for what is withheld, if anything is */
} makings[] = {
    {"the view", by_accessors, LETTERS_OF_NOW, false, false},
    {"view_plain", by_plain_text, LETTERS_OF_NOW, false, false},
    {"plain_view", by_markdown, ALL_OF_NOW, false, true},
    {"html_view", by_html, ALL_OF_NOW, false, true},
    {"html_form", by_form, NOTHING, false, true},
    {"html_diff", by_differences, LETTERS_OF_FIELDS, false, false},
    {"html_conflict", by_conflict, NOTHING, false, false},
    {"a page of the theme", by_page, ALL_OF_NOW, false, true},
    {"print_text", by_print, NOTHING, true, false},
};
enum { MAKINGS = sizeof makings / sizeof *makings };

static bool any_withheld(const struct sheet_type *t, const struct onlooker *r)
{
	for (size_t i = 0; i < t->nsections; i++)
		for (size_t k = 0; k < t->sections[i].nfields; k++)
			if (may_read_field(t, &t->sections[i].fields[k], r) &&
			    is_withheld(t, &t->sections[i].fields[k], 0, r))
				return true;
	return false;
}

static void look_at_all(const struct scene *s, const struct onlooker *r)
{
	const struct sheet_type *t = view_type(s->now);
	const bool says = any_withheld(t, r);

	for (int i = 0; i < MAKINGS; i++) {
		buf_cut(&output, 0);
		makings[i].make(s, &output);
		assert_int_equal(output.st, ST_OK);
		if (makings[i].says &&
		    (span_find(buf_span(&output), SPAN(SAID_WITHHELD)) >= 0) != says)
			fail_msg("%.*s for %s: %s %s that something is withheld", SPAN_ARG(t->id),
				 describe(r), makings[i].name, says ? "does not say" : "says");
		fold(buf_span(&output), true, &folded);
		look_at(makings[i].name, buf_span(&folded), makings[i].raw, makings[i].wants, t, r);
	}
}

/* Each field is there or not, says that it is withheld or not, and may be written or not; the
   result of a computed one tells of its sources. */
static void look_at_field(const struct view *v, const struct field *f, bool may,
			  const struct onlooker *r)
{
	const struct sheet_type *t = view_type(v);
	const struct view_field *vf = view_field(v, f->id);
	const bool withheld = is_withheld(t, f, 0, r);
	/* a BMI needs both on the same day */
	const bool empty = f->function == FN_BMI;

	if ((vf != NULL) != may_read_field(t, f, r) || may != may_write(t, f, 0, r) ||
	    (vf && (vf->withheld != withheld || vf->writable != may)) ||
	    (vf && !empty && (vf->value != NULL) == withheld) || (vf && withheld && vf->value))
		fail_msg("%.*s for %s: the field %.*s", SPAN_ARG(t->id), describe(r),
			 SPAN_ARG(f->id));
}

static void look_at_fields(const struct view *v, const struct onlooker *r)
{
	const struct sheet_type *t = view_type(v);
	bool may[TYPE_FIELDS_MAX], any = false;

	view_may_write(v, may);
	for (size_t i = 0; i < t->nsections; i++)
		for (size_t k = 0; k < t->sections[i].nfields; k++) {
			const struct field *f = &t->sections[i].fields[k];

			look_at_field(v, f, may[f->index], r);
			any = any || may[f->index];
		}
	assert_int_equal(view_writable(v), any);
}

/* What a tool prints about the PDF in the folder. */
static void run(const char *tool, struct buf *out)
{
	char command[1200], chunk[65536];
	FILE *p;
	size_t n;

	snprintf(command, sizeof command, "%s %s/sheet.pdf -", tool, folder);
	buf_cut(out, 0);
	p = popen(command, "r");
	assert_non_null(p);
	while ((n = fread(chunk, 1, sizeof chunk, p)) > 0)
		buf_add(out, chunk, n);
	if (pclose(p) != 0)
		fail_msg("%s failed", command);
}

static void look_at_pdf(const struct scene *s, const struct onlooker *r)
{
	const struct view *views[2] = {s->now, s->old};
	struct print_job job = job_of(views);
	char path[600];

	buf_cut(&output, 0);
	assert_int_equal(print_pdf(style, fonts, &job, &output, NULL), ST_OK);
	snprintf(path, sizeof path, "%s/sheet.pdf", folder);
	assert_int_equal(file_write_fast(path, buf_span(&output), 0600), ST_OK);
	run("pdftotext -raw", &said);
	fold(buf_span(&said), true, &folded);
	look_at("pdftotext", buf_span(&folded), false, views[1] ? ALL_OF_BOTH : ALL_OF_NOW,
		view_type(s->now), r);
	run("qpdf --qdf --object-streams=disable", &said);
	open_strings(buf_span(&said), &folded);
	look_at("the PDF", buf_span(&folded), true, NOTHING, view_type(s->now), r);
}

/* ---- every type, state, role and relation --------------------------------------------------- */

static struct sheet *parse(const struct types *from, struct span text)
{
	struct problems ps;
	struct sheet *s = NULL;

	problems_init(&ps);
	if (sheet_parse(&s, "sheet.md", text, from, &ps)) {
		buf_cut(&said, 0);
		problems_print(&ps, &said);
		fail_msg("%s%.*s", buf_str(&said), SPAN_ARG(text));
	}
	problems_clear(&ps);
	return s;
}

static struct sheet *filled(const struct types *from, const struct sheet_type *t, int turn,
			    enum sheet_status st)
{
	buf_cut(&file, 0);
	marks.turn = turn;
	fill_sheet(t, &marks, "c7k3m9q2v4", fill_id(t->period, 0), st, &file);
	return parse(from, buf_span(&file));
}

/* Which sections a view shows: a PDF is made once for each set. */
static uint64_t shape(const struct view *v)
{
	uint64_t bits = 0;

	for (size_t i = 0; v && i < view_sections(v); i++)
		bits |= (uint64_t)1 << (view_section(v, i)->section - view_type(v)->sections);
	return bits;
}

struct sheets {
	struct sheet *now, *old, *empty;
	uint64_t printed[64];
	size_t nprinted;
};

static bool first_of_its_shape(struct sheets *s, const struct scene *scene)
{
	uint64_t bits = shape(scene->now) * 1000003 + shape(scene->old);

	for (size_t i = 0; i < s->nprinted; i++)
		if (s->printed[i] == bits)
			return false;
	if (s->nprinted < 64)
		s->printed[s->nprinted++] = bits;
	return true;
}

static void check_reader(struct sheets *s, const struct onlooker *r)
{
	const struct sheet_type *both[2] = {sheet_type(s->now), sheet_type(s->old)};
	struct view *now = NULL, *old = NULL, *empty = NULL;
	struct scene scene;
	enum status st = redact_for(&now, s->now, &r->who);

	if (st != (may_read_any(both[0], r) ? ST_OK : ST_DENIED))
		fail_msg("%.*s for %s: %s", SPAN_ARG(both[0]->id), describe(r), status_name(st));
	if (st) {
		assert_null(now);
		return;
	}
	set_seen(both, r);
	if (redact_for(&old, s->old, &r->who))
		old = NULL;
	assert_int_equal(old != NULL, may_read_any(both[1], r));
	assert_int_equal(redact_for(&empty, s->empty, &r->who), ST_OK);
	scene = (struct scene){now, old, empty};
	look_at_all(&scene, r);
	look_at_fields(now, r);
	if (r->nclosed ? random_below(8) == 0 : first_of_its_shape(s, &scene))
		look_at_pdf(&scene, r);
	view_free(now);
	view_free(old);
	view_free(empty);
}

static void check_type(const struct types *from, const struct sheet_type *t, enum sheet_status st,
		       struct sheets *s)
{
	const struct sheet_type *before =
	    t->version > 1 ? types_find(from, t->id, t->version - 1) : t;

	marks.count = 0;
	add_labels(t);
	add_labels(before);
	s->now = filled(from, t, 0, st);
	s->old = filled(from, before, 1, st);
	canaries_sort(&marks);
	assert_int_equal(sheet_new(&s->empty, t, sheet_id(s->now), sheet_child(s->now),
				   sheet_institution(s->now), "空"),
			 ST_OK);
	assert_int_equal(sheet_set_status(s->empty, st), ST_OK);
	for (int role = 0; role < ROLE_COUNT; role++)
		for (int rel = REL_NONE; rel <= REL_ELSEWHERE; rel++) {
			struct onlooker r = onlooker_of((enum role)role, (enum relation)rel, st);

			check_reader(s, &r);
			narrow(&r, t);
			check_reader(s, &r);
		}
	sheet_free(s->now);
	sheet_free(s->old);
	sheet_free(s->empty);
}

static void check_folder(int i)
{
	for (size_t k = 0; k < types_count(types[i]); k++) {
		const struct sheet_type *t = types_at(types[i], k);
		struct sheets s = {.nprinted = 0};

		for (int st = 0; st < SHEET_STATUS_COUNT; st++)
			if (t->workflow & 1u << st)
				check_type(types[i], t, (enum sheet_status)st, &s);
	}
}

static void no_rendering_of_the_content_shows_what_is_closed(void **state)
{
	(void)state;
	check_folder(0);
}

static void no_rendering_of_a_mean_type_shows_what_is_closed(void **state)
{
	(void)state;
	check_folder(1);
}

static void no_rendering_of_the_types_of_the_tests_shows_what_is_closed(void **state)
{
	(void)state;
	check_folder(2);
	check_folder(3);
}

static int with_fonts(void **state)
{
	set_up(state);
	assert_int_equal(print_style_load(&style, "themes/standard", NULL), ST_OK);
	assert_int_equal(print_fonts_open(&fonts, style), ST_OK);
	return 0;
}

static int without_fonts(void **state)
{
	fonts_free(fonts);
	print_style_free(style);
	return tear_down(state);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(no_rendering_of_the_content_shows_what_is_closed),
	    cmocka_unit_test(no_rendering_of_a_mean_type_shows_what_is_closed),
	    cmocka_unit_test(no_rendering_of_the_types_of_the_tests_shows_what_is_closed),
	};

	return cmocka_run_group_tests(tests, with_fonts, without_fonts);
}
