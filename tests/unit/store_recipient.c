/* Keys of others: looked at, encrypted to, gone afterwards.  The other side is stock gpg. */
#include "vault/store/recipient.h"

#include "tests/unit/store_help.h"

#include <dirent.h>

static char dir[PATH_MAX]; /* keys of the others, and TMPDIR */

static int setup(void **state)
{
	(void)state;
	vault_dir(dir);
	setenv("TMPDIR", dir, 1);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	return file_remove_tree(dir) ? -1 : 0;
}

static void run(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
static void run(const char *fmt, ...)
{
	char args[2048], line[PATH_MAX + 2200];
	va_list ap;
	pid_t pid;
	int status;

	va_start(ap, fmt);
	vsnprintf(args, sizeof args, fmt, ap);
	va_end(ap);
	snprintf(line, sizeof line, "cd '%s' && { %s; } 2>>log", dir, args);
	pid = fork();
	if (pid == 0) {
		execl("/bin/sh", "sh", "-c", line, (char *)NULL);
		_exit(127);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
}

#define GPG "gpg -q --batch --pinentry-mode loopback --passphrase '' --homedir "

/* Makes a key of gpg's in a home of its own and reads its public part. */
static void make(const char *home, const char *rest, struct buf *armored)
{
	char path[PATH_MAX + 16];

	run("mkdir -m 700 %s && " GPG
	    "%s --quick-generate-key 'Name of %s <%s@example.jp>' %s && " GPG
	    "%s --armor --export > %s.asc",
	    home, home, home, home, rest, home, home);
	snprintf(path, sizeof path, "%s/%s.asc", dir, home);
	buf_init(armored, 1 << 20);
	assert_ok(file_read(path, armored));
}

static void end(const char *home)
{
	run("gpgconf --homedir %s --kill gpg-agent; rm -r %s %s.asc", home, home, home);
}

/* Nothing but the log lies in the folder for temporary files. */
static void assert_clean(void)
{
	DIR *d = opendir(dir);
	struct dirent *e;

	assert_non_null(d);
	while ((e = readdir(d)))
		assert_true(e->d_name[0] == '.' || strcmp(e->d_name, "log") == 0);
	closedir(d);
}

static void expect(struct span armored, enum recipient_state state)
{
	struct recipient r;
	struct buf out;

	assert_ok(recipient_look(armored, &r));
	assert_int_equal(r.state, state);
	buf_init(&out, 1 << 20);
	if (state != RECIPIENT_FINE)
		assert_int_equal(recipient_seal(armored, r.fpr, "a", SPAN("a"), &out), ST_INVALID);
	assert_int_equal(out.len, 0);
	buf_clear(&out);
}

static void only_the_key_opens_it(void **state)
{
	static const char words[] = "a secret of a child\n";
	struct buf armored, sealed, back;
	struct recipient r;
	char path[PATH_MAX + 16];

	(void)state;
	make("good", "future-default default never", &armored);
	assert_ok(recipient_look(buf_span(&armored), &r));
	assert_int_equal(r.state, RECIPIENT_FINE);
	assert_int_equal(strlen(r.fpr), 40);
	assert_int_equal(r.nnames, 1);
	assert_string_equal(r.names[0], "Name of good <good@example.jp>");
	buf_init(&sealed, 1 << 20);
	assert_ok(recipient_seal(buf_span(&armored), r.fpr, "a.zip", span_of(words), &sealed));
	assert_null(memmem(buf_span(&sealed).p, sealed.len, "secret", 6));
	snprintf(path, sizeof path, "%s/sealed", dir);
	assert_ok(file_write(path, buf_span(&sealed), 0600));
	run(GPG "good -o open -d sealed && " GPG "good --list-packets sealed > packets && "
		"grep -q 'name=\"a.zip\"' packets && mkdir -m 700 none && "
		"! " GPG "none -d sealed");
	snprintf(path, sizeof path, "%s/open", dir);
	buf_init(&back, 4096);
	assert_ok(file_read(path, &back));
	assert_true(span_is(buf_span(&back), words));
	/* another fingerprint than the one that was compared */
	r.fpr[0] = r.fpr[0] == 'A' ? 'B' : 'A';
	buf_cut(&sealed, 0);
	assert_int_equal(
	    recipient_seal(buf_span(&armored), r.fpr, "a.zip", span_of(words), &sealed),
	    ST_INVALID);
	assert_int_equal(sealed.len, 0);
	run("rm -r sealed open packets none");
	end("good");
	assert_clean();
	buf_clear(&back);
	buf_clear(&sealed);
	buf_clear(&armored);
}

static void a_key_that_cannot_be_used_is_refused(void **state)
{
	static const struct {
		const char *home, *rest;
		enum recipient_state state;
	} keys[] = {
	    {"short", "rsa1024 encrypt never", RECIPIENT_WEAK},
	    {"signs", "ed25519 sign never", RECIPIENT_CANNOT},
	    {"old", "future-default default seconds=1", RECIPIENT_EXPIRED},
	    {"ended", "future-default default never", RECIPIENT_REVOKED},
	};

	(void)state;
	for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
		struct buf armored;
		char path[PATH_MAX + 16];

		make(keys[i].home, keys[i].rest, &armored);
		if (keys[i].state == RECIPIENT_EXPIRED)
			sleep(3);
		if (keys[i].state == RECIPIENT_REVOKED) {
			run("sed 's/^:---/---/' ended/openpgp-revocs.d/*.rev > rev && " GPG
			    "ended --import rev && " GPG "ended --armor --export > ended.asc && "
			    "rm rev");
			snprintf(path, sizeof path, "%s/ended.asc", dir);
			buf_cut(&armored, 0);
			assert_ok(file_read(path, &armored));
		}
		expect(buf_span(&armored), keys[i].state);
		end(keys[i].home);
		buf_clear(&armored);
	}
	assert_clean();
}

static void what_is_not_one_public_key_is_none(void **state)
{
	struct buf armored, two;

	(void)state;
	expect(SPAN(""), RECIPIENT_NONE);
	expect(SPAN("-----BEGIN PGP PUBLIC KEY BLOCK-----\n\nAAAA\n"), RECIPIENT_NONE);
	make("one", "future-default default never", &armored);
	buf_init(&two, 1 << 20);
	buf_addspan(&two, buf_span(&armored));
	while (two.len <= RECIPIENT_KEY)
		buf_addc(&two, '\n');
	expect(buf_span(&two), RECIPIENT_NONE);
	run(GPG "one --armor --export-secret-keys > secret");
	buf_cut(&two, 0);
	{
		char path[PATH_MAX + 16];

		snprintf(path, sizeof path, "%s/secret", dir);
		assert_ok(file_read(path, &two));
	}
	expect(buf_span(&two), RECIPIENT_NONE);
	run("rm secret");
	end("one");
	assert_clean();
	buf_clear(&two);
	buf_clear(&armored);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(only_the_key_opens_it),
	    cmocka_unit_test(a_key_that_cannot_be_used_is_refused),
	    cmocka_unit_test(what_is_not_one_public_key_is_none),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
