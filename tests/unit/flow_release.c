/* Releases: who may take which step, and what is read out of documents. */
#include "vault/flow/file_text.h"
#include "vault/flow/release_state.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

/* Every state, step and person that is allowed; all else is refused. */
static bool expected(enum release_state from, enum release_step step, const struct release_facts *f,
		     enum release_state *to)
{
	bool two = f->preparer || f->second;
	bool second = f->second && !f->preparer;

	switch (step) {
	case STEP_ASK:
		*to = RELEASE_ASKED;
		return from == RELEASE_DRAFT && f->preparer;
	case STEP_DROP:
		*to = RELEASE_NONE;
		return from == RELEASE_DRAFT && f->preparer;
	case STEP_CONFIRM:
		*to = RELEASE_CONFIRMED;
		return from == RELEASE_ASKED && second && f->seen;
	case STEP_STOP:
		*to = RELEASE_DRAFT;
		return (from == RELEASE_ASKED || from == RELEASE_CONFIRMED) && two;
	case STEP_GIVE:
		*to = RELEASE_GIVING;
		return from == RELEASE_CONFIRMED && f->server && f->due;
	case STEP_END:
		*to = RELEASE_GIVEN;
		return from == RELEASE_GIVING && f->server;
	default:
		*to = RELEASE_RECALLED;
		return (from == RELEASE_GIVING || from == RELEASE_GIVEN) && two;
	}
}

static void every_step(void **state)
{
	(void)state;
	for (int from = RELEASE_NONE; from < RELEASE_STATES; from++)
		for (int step = STEP_ASK; step <= STEP_END; step++)
			for (int bits = 0; bits < 32; bits++) {
				const struct release_facts f = {bits & 1, bits & 2, bits & 4,
								bits & 8, bits & 16};
				enum release_state to, want;
				bool yes = release_next((enum release_state)from,
							(enum release_step)step, &f, &to);

				assert_int_equal(yes, expected((enum release_state)from,
							       (enum release_step)step, &f, &want));
				assert_int_equal(to, yes ? want : (enum release_state)from);
			}
}

static void names_of_states(void **state)
{
	(void)state;
	for (int s = RELEASE_DRAFT; s < RELEASE_STATES; s++) {
		const char *name = release_state_name((enum release_state)s);

		assert_int_equal(release_state_of(span_of(name)), s);
		assert_true(release_state_label((enum release_state)s)[0] != '\0');
	}
	assert_int_equal(release_state_of(SPAN("")), RELEASE_NONE);
	assert_int_equal(release_state_of(SPAN("others")), RELEASE_NONE);
}

static void text_out_of_xml(void **state)
{
	static const struct {
		const char *xml, *text;
	} table[] = {
	    {"<w:t>山</w:t></w:r><w:r><w:t>田</w:t>", "山田"},
	    {"a &amp; b &lt;c&gt; &#x5c71;&#30000;", "a & b <c> 山田"},
	    {"a &unknown; &#0; &#xd800; &", "a unknown;   "},
	    {"<unfinished", ""},
	    {"&#x110000;x", "x"},
	    {"", ""},
	};

	(void)state;
	for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
		struct buf out;

		buf_init(&out, 1000);
		text_of_xml(span_of(table[i].xml), &out);
		assert_string_equal(buf_str(&out), table[i].text);
		buf_clear(&out);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(every_step),
	    cmocka_unit_test(names_of_states),
	    cmocka_unit_test(text_out_of_xml),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
