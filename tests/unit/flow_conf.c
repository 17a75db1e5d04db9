#include "vault/conf.h"

#include "generator/base/file.h"
#include "generator/base/path.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

static char folder[512];
static struct problems ps;
static struct conf conf;

static int set_up(void **state)
{
	const char *under = getenv("TMPDIR");

	(void)state;
	problems_init(&ps);
	snprintf(folder, sizeof folder, "%s/karte-conf-XXXXXX", under ? under : "/tmp");
	assert_non_null(mkdtemp(folder));
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	problems_clear(&ps);
	return file_remove_tree(folder) ? -1 : 0;
}

static enum status load(const char *text)
{
	struct buf path;
	enum status st;

	problems_clear(&ps);
	buf_init(&path, PATH_MAX);
	path_join(&path, folder, "karte.yaml");
	assert_int_equal(file_write(buf_str(&path), span_of(text), 0600), ST_OK);
	st = conf_load(&conf, folder, &ps);
	buf_clear(&path);
	return st;
}

static void a_folder_without_the_file_is_no_vault(void **state)
{
	(void)state;
	assert_int_equal(conf_load(&conf, folder, &ps), ST_NOTFOUND);
	assert_int_equal(ps.count, 0);
}

static void what_is_not_set_has_its_default(void **state)
{
	struct conf d;

	(void)state;
	conf_default(&d);
	assert_string_equal(d.hostname, "localhost");
	assert_string_equal(d.listen, "127.0.0.1:8443");
	assert_string_equal(d.url, "https://127.0.0.1:8443");
	assert_int_equal(d.session_idle, 1800);
	assert_int_equal(d.session_max, 43200);
	assert_true(d.threads > 0 && d.connections > 0);
	assert_true(d.content[0] && d.theme[0]);
	assert_string_equal(d.proxies, "");
	assert_int_equal(load("hostname: vault.example.jp\n"), ST_OK);
	assert_string_equal(conf.hostname, "vault.example.jp");
	assert_string_equal(conf.listen, d.listen);
	assert_int_equal(conf.session_idle, d.session_idle);
	assert_int_equal(conf.threads, d.threads);
	assert_string_equal(conf.content, d.content);
}

static void what_is_written_is_read_back(void **state)
{
	struct conf before;
	struct buf text;

	(void)state;
	conf_default(&before);
	snprintf(before.hostname, sizeof before.hostname, "%s", "karte.example.jp");
	snprintf(before.listen, sizeof before.listen, "%s", "[::1]:443");
	snprintf(before.url, sizeof before.url, "%s", "https://karte.example.jp");
	snprintf(before.content, sizeof before.content, "%s", "/srv/内 容: \"x\" # y");
	snprintf(before.proxies, sizeof before.proxies, "%s", "127.0.0.1, fd00::/8");
	before.session_idle = 60;
	before.session_max = 7 * 86400;
	before.threads = 512;
	before.connections = 10000;
	buf_init(&text, 65536);
	conf_write(&before, &text);
	assert_int_equal(load(buf_str(&text)), ST_OK);
	assert_string_equal(conf.hostname, before.hostname);
	assert_string_equal(conf.listen, before.listen);
	assert_string_equal(conf.url, before.url);
	assert_string_equal(conf.content, before.content);
	assert_string_equal(conf.theme, before.theme);
	assert_string_equal(conf.proxies, before.proxies);
	assert_int_equal(conf.session_idle, 60);
	assert_int_equal(conf.session_max, 7 * 86400);
	assert_int_equal(conf.threads, 512);
	assert_int_equal(conf.connections, 10000);
	buf_clear(&text);
}

static void nobody_is_a_proxy_unless_named(void **state)
{
	struct conf d;
	struct buf text;

	(void)state;
	conf_default(&d);
	buf_init(&text, 65536);
	conf_write(&d, &text);
	assert_non_null(strstr(buf_str(&text), "\nproxies: \"\"\n"));
	assert_int_equal(load(buf_str(&text)), ST_OK);
	assert_string_equal(conf.proxies, "");
	buf_clear(&text);
	assert_int_equal(load("proxies: 10.1.0.0/16\n"), ST_OK);
	assert_string_equal(conf.proxies, "10.1.0.0/16");
}

static void times_have_units(void **state)
{
	static const struct {
		const char *text;
		int seconds;
	} cases[] = {{"90", 90},    {"90s", 90},  {"\"90\"", 90},
		     {"30m", 1800}, {"2h", 7200}, {"1d", 86400}};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		char text[64];

		snprintf(text, sizeof text, "session-idle: %s\n", cases[i].text);
		assert_int_equal(load(text), ST_OK);
		assert_int_equal(conf.session_idle, cases[i].seconds);
	}
}

static void each_wrong_line_is_told_with_its_place(void **state)
{
	static const struct {
		const char *text;
		int line, col;
		const char *code;
	} cases[] = {
	    {"hostnam: x\n", 1, 1, "yaml.unknown-key"},
	    {"# a remark\n\nlisten: 127.0.0.1:8443\nport: 1\n", 4, 1, "yaml.unknown-key"},
	    {"hostname: \"\"\n", 1, 11, "conf.value"},
	    {"hostname: [a, b]\n", 1, 11, "conf.value"},
	    {"url: https://x\nlisten: 8443\n", 2, 9, "conf.value"},
	    {"listen: 127.0.0.1:99999\n", 1, 9, "conf.value"},
	    {"url: http://x\n", 1, 6, "conf.value"},
	    {"proxies: localhost\n", 1, 10, "conf.value"},
	    {"proxies: 127.0.0.1,\n", 1, 10, "conf.value"},
	    {"proxies: 10.0.0.0/33\n", 1, 10, "conf.value"},
	    {"proxies: [127.0.0.1]\n", 1, 10, "conf.value"},
	    {"threads: 0\n", 1, 10, "conf.value"},
	    {"threads: 513\n", 1, 10, "conf.value"},
	    {"threads: -1\n", 1, 10, "conf.value"},
	    {"threads: many\n", 1, 10, "conf.value"},
	    {"threads: 99999999999999999999\n", 1, 10, "conf.value"},
	    {"connections: 0x10\n", 1, 14, "conf.value"},
	    {"session-idle: 59\n", 1, 15, "conf.value"},
	    {"session-idle: 2d\n", 1, 15, "conf.value"},
	    {"session-idle: 30 m\n", 1, 15, "conf.value"},
	    {"session-idle: m\n", 1, 15, "conf.value"},
	    {"session-max: 8d\n", 1, 14, "conf.value"},
	    {"session-max: 9999999d\n", 1, 14, "conf.value"},
	    {"threads: 2\nthreads: 3\n", 2, 1, "yaml.duplicate-key"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		enum status st = load(cases[i].text);

		if (st != ST_CONFIG || ps.count != 1 ||
		    strcmp(ps.list[0].code, cases[i].code) != 0 ||
		    ps.list[0].line != cases[i].line || ps.list[0].col != cases[i].col)
			fail_msg("%s: %s, %zu problems, %s at %d:%d", cases[i].text,
				 status_name(st), ps.count, ps.count ? ps.list[0].code : "",
				 ps.count ? ps.list[0].line : 0, ps.count ? ps.list[0].col : 0);
		assert_non_null(strstr(ps.list[0].file, "karte.yaml"));
	}
}

static void all_wrong_lines_are_told_at_once(void **state)
{
	(void)state;
	assert_int_equal(load("threads: 0\nurl: ftp://x\nnope: 1\nconnections: 0\n"), ST_CONFIG);
	assert_int_equal(ps.errors, 4);
}

static void what_is_no_yaml_is_told_too(void **state)
{
	(void)state;
	assert_int_equal(load("threads: [\n"), ST_CONFIG);
	assert_int_equal(ps.errors, 1);
	assert_int_equal(load("threads: \xff\n"), ST_CONFIG);
	assert_int_equal(ps.errors, 1);
}

static void an_overlong_value_is_refused_not_cut(void **state)
{
	char text[CONF_TEXT + 64];

	(void)state;
	snprintf(text, sizeof text, "hostname: %0*d\n", CONF_TEXT, 1);
	assert_int_equal(load(text), ST_CONFIG);
	assert_int_equal(ps.list[0].line, 1);
	snprintf(text, sizeof text, "hostname: %0*d\n", CONF_TEXT - 1, 1);
	assert_int_equal(load(text), ST_OK);
	assert_int_equal(strlen(conf.hostname), CONF_TEXT - 1);
}

static void an_address_has_a_port(void **state)
{
	static const struct {
		const char *text, *address;
		unsigned port;
	} good[] = {{"127.0.0.1:8443", "127.0.0.1", 8443},
		    {"[::1]:8443", "::1", 8443},
		    {"0.0.0.0:0", "0.0.0.0", 0},
		    {"localhost:65535", "localhost", 65535}};
	static const char *const bad[] = {"",	       "8443",	     ":8443",
					  "127.0.0.1", "127.0.0.1:", "127.0.0.1:x",
					  "a:65536",   "a:-1",	     "a: 1"};
	char address[64];
	unsigned port;

	(void)state;
	for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
		assert_true(conf_listen(span_of(good[i].text), address, &port));
		assert_string_equal(address, good[i].address);
		assert_int_equal(port, good[i].port);
	}
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
		if (conf_listen(span_of(bad[i]), address, &port))
			fail_msg("\"%s\" is taken for an address", bad[i]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)
	    TEST(a_folder_without_the_file_is_no_vault),
	    TEST(what_is_not_set_has_its_default),
	    TEST(what_is_written_is_read_back),
	    TEST(nobody_is_a_proxy_unless_named),
	    TEST(times_have_units),
	    TEST(each_wrong_line_is_told_with_its_place),
	    TEST(all_wrong_lines_are_told_at_once),
	    TEST(what_is_no_yaml_is_told_too),
	    TEST(an_overlong_value_is_refused_not_cut),
	    TEST(an_address_has_a_port),
#undef TEST
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
