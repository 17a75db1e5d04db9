#include "tests/unit/store_help.h"

static void an_id_is_forty_digits_and_nothing_else(void **state)
{
	static const char hex[] = "00ff10a9b8c7d6e5f40123456789abcdef012345";
	struct oid id;
	char back[OID_HEX];

	(void)state;
	assert_true(oid_parse(span_of(hex), &id));
	oid_hex(&id, back);
	assert_string_equal(back, hex);
	assert_false(oid_none(&id));
	assert_false(oid_parse(SPAN("00FF10a9b8c7d6e5f40123456789abcdef012345"), &id));
	assert_true(oid_none(&id));
	assert_false(oid_parse(SPAN("00ff10a9b8c7d6e5f40123456789abcdef01234"), &id));
	assert_false(oid_parse(SPAN("00ff10a9b8c7d6e5f40123456789abcdef0123456"), &id));
	assert_false(oid_parse(SPAN("main"), &id));
	assert_false(oid_parse(SPAN_NONE, &id));
}

/* text as in the journal, the path below the vault */
static const struct {
	enum repo_kind kind;
	const char *area, *id, *text, *path;
} good[] = {
    {REPO_REGISTRY, NULL, NULL, "registry", "registry.git"},
    {REPO_CHILD, NULL, "c7k3m9q2v4", "children/c7k3m9q2v4", "children/v4/c7k3m9q2v4.git"},
    {REPO_APART, "consultation", "c7k3m9q2v4", "apart/consultation/c7k3m9q2v4",
     "apart/consultation/v4/c7k3m9q2v4.git"},
    {REPO_INSTITUTION, NULL, "kudan-es", "institutions/kudan-es", "institutions/es/kudan-es.git"},
    {REPO_INSTITUTION, NULL, "a", "institutions/a", "institutions/a/a.git"},
    {REPO_HOUSEHOLD, NULL, "h-12", "households/h-12", "households/12/h-12.git"},
};

static void every_name_has_one_text_and_one_path(void **state)
{
	char dir[PATH_MAX];
	struct store *s = NULL;

	(void)state;
	vault_dir(dir);
	assert_ok(store_open(&s, dir));
	for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
		struct repo_name name, back;
		char text[REPO_TEXT];
		struct buf path;
		buf_init(&path, PATH_MAX);
		assert_ok(repo_name_make(&name, good[i].kind, span_of(good[i].area),
					 span_of(good[i].id)));
		repo_name_text(&name, text);
		assert_string_equal(text, good[i].text);
		assert_ok(repo_name_parse(span_of(text), &back));
		assert_memory_equal(&back, &name, sizeof name);
		store_path(s, &name, &path);
		assert_memory_equal(buf_str(&path), dir, strlen(dir));
		assert_string_equal(buf_str(&path) + strlen(dir) + 1, good[i].path);
		buf_clear(&path);
	}
	store_close(s);
	assert_ok(file_remove_tree(dir));
}

static void a_name_that_is_none_is_refused(void **state)
{
	static const char *const bad[] = {
	    "",
	    "registry/x",
	    "registry/",
	    "children",
	    "children/",
	    "children/../../etc",
	    "children/C7K3M9Q2V4",
	    "children/c7k3m9q2v",
	    "children/c7k3m9q2v4/",
	    "children/c7k3m9q2v4.git",
	    "apart/c7k3m9q2v4",
	    "apart/../c7k3m9q2v4",
	    "apart/consultation/",
	    "institutions/a/b",
	    "institutions/0123456789012345678901234567890123",
	    "other/kudan-es",
	};
	struct repo_name name;

	(void)state;
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
		if (repo_name_parse(span_of(bad[i]), &name) != ST_INVALID)
			fail_msg("taken for a name: %s", bad[i]);
	assert_int_equal(repo_name_make(&name, REPO_CHILD, SPAN("x"), SPAN("c7k3m9q2v4")),
			 ST_INVALID);
	assert_int_equal(repo_name_make(&name, REPO_KINDS, SPAN_NONE, SPAN("a")), ST_INVALID);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(an_id_is_forty_digits_and_nothing_else),
	    cmocka_unit_test(every_name_has_one_text_and_one_path),
	    cmocka_unit_test(a_name_that_is_none_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
