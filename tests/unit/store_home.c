/* The GNUPGHOME around the keys: its agent, its path, who may look into it. */
#include "tests/unit/store_words.h"

#include <sys/stat.h>

static void a_dead_agent_is_started_again(void **state)
{
	char line[PATH_MAX + 128];
	struct buf sig;

	(void)state;
	sign_words(&sig);
	buf_clear(&sig);
	snprintf(line, sizeof line,
		 "kill -9 $(gpg-connect-agent --homedir %s/gnupg --no-autostart 'GETINFO pid' /bye "
		 "| sed -n 's/^D //p')",
		 V.dir);
	assert_int_equal(system(line), 0);
	sign_words(&sig);
	buf_clear(&sig);
}

/* The pid of the agent of a home, 0 when none runs. */
static long agent_pid(const char *home)
{
	char line[PATH_MAX + 128];
	long pid = 0;
	FILE *p;

	snprintf(line, sizeof line,
		 "gpg-connect-agent --homedir %s --no-autostart 'GETINFO pid' /bye 2>/dev/null "
		 "| sed -n 's/^D //p'",
		 home);
	p = popen(line, "r");
	assert_non_null(p);
	if (fscanf(p, "%ld", &pid) != 1)
		pid = 0;
	pclose(p);
	return pid;
}

static bool lives(long pid)
{
	char path[64], text[256] = "";
	FILE *f;

	snprintf(path, sizeof path, "/proc/%ld/stat", pid);
	f = fopen(path, "r");
	if (!f)
		return false;
	if (!fgets(text, sizeof text, f))
		text[0] = '\0';
	fclose(f);
	return !strstr(text, ") Z ");
}

static void the_agent_ends_with_the_last_user_of_the_home(void **state)
{
	struct keys *a = NULL, *b = NULL;
	char home[PATH_MAX + 8], fpr[FPR_HEX];
	long pid;

	(void)state;
	snprintf(home, sizeof home, "%s/shared", V.dir);
	assert_ok(keys_open(&a, home));
	assert_ok(keys_open(&b, home));
	assert_ok(key_create(a, SPAN("A"), SPAN("a@vault.example"), SPAN_NONE, fpr));
	pid = agent_pid(home);
	assert_true(pid > 1 && lives(pid));
	keys_close(a);
	assert_true(lives(pid));
	keys_close(b);
	assert_false(lives(pid));
}

static void a_home_with_a_very_long_path_works_and_leaves_nothing_behind(void **state)
{
	struct keys *k = NULL;
	char deep[PATH_MAX + 200], line[PATH_MAX + 200], fpr[FPR_HEX], link[PATH_MAX] = "";
	struct buf sig;
	struct verdict v;
	struct signer who = {fpr, SPAN("abc")};
	FILE *p;

	(void)state;
	snprintf(deep, sizeof deep, "%s/%0150d/gnupg", V.dir, 7);
	assert_ok(keys_open(&k, deep));
	assert_ok(key_create(k, SPAN("深い"), SPAN("deep@vault.example"), SPAN("abc"), fpr));
	buf_init(&sig, SIGNATURE_MAX);
	assert_ok(sign_detached(k, &who, words, &sig));
	assert_ok(verify_detached(k, words, buf_span(&sig), &v));
	assert_int_equal(v.state, SIGN_GOOD);
	/* a cleaner of temporary files takes the link away */
	snprintf(line, sizeof line,
		 "find ${XDG_RUNTIME_DIR:-/tmp} /tmp -maxdepth 2 -path '*/karte-*/g' -lname '%s/*' "
		 "2>/dev/null | head -1",
		 V.dir);
	p = popen(line, "r");
	assert_non_null(p);
	assert_non_null(fgets(link, sizeof link, p));
	pclose(p);
	link[strcspn(link, "\n")] = '\0';
	assert_int_equal(unlink(link), 0);
	assert_ok(sign_detached(k, &who, words, &sig));
	keys_close(k);
	*strrchr(link, '/') = '\0';
	assert_int_equal(access(link, F_OK), -1);
	buf_clear(&sig);
}

static void somebody_elses_link_is_refused(void **state)
{
	struct keys *k = NULL;
	char deep[PATH_MAX + 200], hex[SHA256_HEX], link[PATH_MAX];

	(void)state;
	unsetenv("XDG_RUNTIME_DIR");
	snprintf(deep, sizeof deep, "%s/%0140d/gnupg", V.dir, 8);
	sha256_hex(span_of(deep), hex);
	snprintf(link, sizeof link, "/tmp/karte-%u-%.16s", (unsigned)geteuid(), hex);
	assert_int_equal(mkdir(link, 0700), 0);
	assert_int_equal(chmod(link, 0777), 0);
	assert_int_equal(keys_open(&k, deep), ST_DENIED);
	assert_null(k);
	assert_int_equal(rmdir(link), 0);
}

static void the_home_is_closed_to_others(void **state)
{
	char path[PATH_MAX + 8];
	struct stat sb;

	(void)state;
	snprintf(path, sizeof path, "%s/gnupg", V.dir);
	assert_int_equal(stat(path, &sb), 0);
	assert_int_equal(sb.st_mode & 0777, 0700);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_dead_agent_is_started_again),
	    cmocka_unit_test(the_agent_ends_with_the_last_user_of_the_home),
	    cmocka_unit_test(a_home_with_a_very_long_path_works_and_leaves_nothing_behind),
	    cmocka_unit_test(somebody_elses_link_is_refused),
	    cmocka_unit_test(the_home_is_closed_to_others),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
