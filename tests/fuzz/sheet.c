/*
 * Any bytes as a sheet file: what is accepted is written so that it reads back as the same bytes,
 * and what stands in a section that a role may not see never comes out of that role's view.
 */
#include "generator/role/redact.h"

#include <stdint.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define CANARY "KANARIA"
/* A section of the type `kihon` that the household may not see. */
#define HIDDEN "\n\n## 発達検査\n\n### 所見\n\n" CANARY "\n"

static void must(bool truth)
{
	if (!truth)
		abort();
}

static const struct types *the_types(void)
{
	static struct types *types;

	if (!types)
		must(types_load(&types, "tests/sheets/types", NULL) == ST_OK);
	return types;
}

static void write_and_read(const struct sheet *s)
{
	struct buf once, twice;
	struct sheet *again;
	enum status st;

	buf_init(&once, 4 * SHEET_MAX_BYTES);
	buf_init(&twice, 4 * SHEET_MAX_BYTES);
	must(sheet_write(s, &once) == ST_OK);
	st = sheet_parse(&again, "again.md", buf_span(&once), the_types(), NULL);
	/* a file just short of a limit of the whole may be over it once it is canonical */
	if (st)
		must(sheet_check(s, "x.md", NULL) != ST_OK);
	else
		must(sheet_write(again, &twice) == ST_OK &&
		     span_eq(buf_span(&once), buf_span(&twice)));
	sheet_free(again);
	buf_clear(&once);
	buf_clear(&twice);
}

static void plain_for(const struct sheet *s, enum role role, enum relation rel, struct buf *out)
{
	struct view *v;

	if (redact_for(&v, s, &(struct reader){.role = role, .relation = rel}) == ST_OK) {
		must(role_reads_content(role) && rel != REL_NONE);
		view_plain(v, out);
		view_free(v);
	}
}

static void look_as_everyone(const struct sheet *s)
{
	struct buf out;

	buf_init(&out, 16 * SHEET_MAX_BYTES);
	for (int role = 0; role < ROLE_COUNT; role++)
		for (int rel = REL_NONE; rel <= REL_ELSEWHERE; rel++)
			plain_for(s, (enum role)role, (enum relation)rel, &out);
	buf_clear(&out);
}

/* The secret as a word that the school must not learn, typed in another width. */
static void withhold_secret(const struct sheet *with, struct buf *out)
{
	const struct span word = SPAN("ｋａｎａ ｒｉａ");
	const struct reader who = {
	    .role = ROLE_SCHOOL, .relation = REL_OWN, .words = &word, .nwords = 1};
	const struct view_field *f;
	struct view *v;

	must(redact_for(&v, with, &who) == ST_OK);
	f = view_field(v, SPAN("opinion"));
	must(f && f->withheld && !f->value && !f->writable);
	view_plain(v, out);
	must(span_find(buf_span(out), SPAN(CANARY)) < 0);
	view_free(v);
}

/* The same sheet with a secret: for the household nothing is different. */
static void add_secret(const struct sheet *s, struct span text)
{
	struct buf bytes, before, after;
	struct sheet *with;

	buf_init(&bytes, 4 * SHEET_MAX_BYTES);
	buf_init(&before, 16 * SHEET_MAX_BYTES);
	buf_init(&after, 16 * SHEET_MAX_BYTES);
	buf_addspan(&bytes, text);
	buf_adds(&bytes, HIDDEN);
	if (span_is(sheet_type(s)->id, "kihon") && span_find(text, SPAN(CANARY)) < 0 &&
	    sheet_parse(&with, "with.md", buf_span(&bytes), the_types(), NULL) == ST_OK) {
		if (sheet_value(with, type_field(sheet_type(s), SPAN("opinion")))) {
			plain_for(s, ROLE_HOUSEHOLD, REL_OWN, &before);
			plain_for(with, ROLE_HOUSEHOLD, REL_OWN, &after);
			must(span_find(buf_span(&after), SPAN(CANARY)) < 0);
			must(span_eq(buf_span(&before), buf_span(&after)));
			withhold_secret(with, &after);
		}
		sheet_free(with);
	}
	buf_clear(&bytes);
	buf_clear(&before);
	buf_clear(&after);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct span text = {(const char *)data, size};
	struct problems ps;
	struct sheet *s;
	struct buf out;
	enum status st;

	problems_init(&ps);
	buf_init(&out, 1024 * 1024);
	st = sheet_parse(&s, "x.md", text, the_types(), &ps);
	must((st == ST_INVALID) == (ps.errors > 0) && (s == NULL) == (st != ST_OK));
	problems_print(&ps, &out);
	if (s) {
		sheet_check(s, "x.md", &ps);
		write_and_read(s);
		look_as_everyone(s);
		add_secret(s, text);
	}
	sheet_free(s);
	buf_clear(&out);
	problems_clear(&ps);
	return 0;
}
