/* What the tests of the proof share: what it said, and that it said that and nothing else. */
#ifndef KARTE_TESTS_UNIT_VERIFY_HELP_H
#define KARTE_TESTS_UNIT_VERIFY_HELP_H

#include "flow_help.h"

#include "vault/flow/verify.h"

/* ---- what the proof says ----------------------------------------------------------------------
 */

static struct finding_list {
	char line[200][160];  /* "children/c… code" */
	char whole[200][400]; /* with version and text */
	size_t count;
} findings;

static inline void note(void *ctx, const struct verify_finding *f)
{
	(void)ctx;
	assert_true(findings.count < 200);
	assert_true(f->text[0] != '\0');
	snprintf(findings.whole[findings.count], sizeof findings.whole[0], "%s %s %s %s",
		 f->repository, f->code, f->version, f->text);
	snprintf(findings.line[findings.count++], sizeof findings.line[0], "%s %s", f->repository,
		 f->code);
}

static inline enum status verify(const char *checkpoint, const char *child,
				 struct verify_result *result)
{
	const char *const checkpoints[] = {checkpoint, NULL};
	struct verify_options o = {.checkpoints = checkpoints, .child = span_of(child)};
	enum status st;

	findings.count = 0;
	st = verify_vault(app, &o, note, NULL, result);
	verify_base_clear(&result->proved);
	return st;
}

static inline bool found(const char *repository, const char *code)
{
	char line[160];

	snprintf(line, sizeof line, "%s %s", repository, code);
	for (size_t i = 0; i < findings.count; i++)
		if (strcmp(findings.line[i], line) == 0)
			return true;
	return false;
}

/* Everything said about a child's repository must be among `codes` (ended by NULL), and all of
   them must be said. */
static inline void assert_findings_of(const char *repository, const char *const *codes)
{
	struct verify_result result;
	enum status st;

	restart(); /* nothing may be remembered from before the damage */
	st = verify(NULL, NULL, &result);
	assert_status(st, ST_CORRUPT);
	assert_int_equal(result.findings, findings.count);
	for (size_t i = 0; codes[i]; i++)
		if (!found(repository, codes[i]))
			fail_msg("%s is not found", codes[i]);
	for (size_t i = 0; i < findings.count; i++) {
		bool expected = false;

		if (strncmp(findings.line[i], repository, strlen(repository)) != 0)
			continue;
		for (size_t k = 0; codes[k]; k++)
			expected =
			    expected || strcmp(strchr(findings.line[i], ' ') + 1, codes[k]) == 0;
		if (!expected)
			fail_msg("%s", findings.line[i]);
	}
}

static inline void assert_findings(const char *child, const char *const *codes)
{
	char repository[64];

	snprintf(repository, sizeof repository, "children/%s", child);
	assert_findings_of(repository, codes);
}

static inline void assert_clean(void)
{
	struct verify_result result;
	enum status st;

	restart();
	st = verify(NULL, NULL, &result);
	for (size_t i = 0; i < findings.count; i++)
		print_message("%s\n", findings.line[i]);
	assert_ok(st);
	assert_int_equal(findings.count, 0);
}

#define CODES(...) ((const char *const[]){__VA_ARGS__, NULL})

#endif
