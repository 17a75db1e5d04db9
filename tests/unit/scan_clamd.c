/* The client of clamd against a scanner that says what it is told to: only what was promised
 * counts. */
#include "vault/scan/clamd.h"

#include "generator/base/span.h"

#include <arpa/inet.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

static char folder[] = "/tmp/karte-clamd-XXXXXX";
static char path[128];
static int listening;

/* What the scanner does: reads all of the stream, or not; says so many bytes; stays silent. */
struct act {
	bool reads;
	const char *says;
	size_t n;
	bool waits;
	size_t got; /* bytes of the stream, filled in */
	bool command, ended;
};

static bool take(int c, void *to, size_t n)
{
	return recv(c, to, n, MSG_WAITALL) == (ssize_t)n;
}

static void read_stream(int c, struct act *a)
{
	static char piece[1 << 20];
	char command[10];
	uint32_t n = 0;

	a->command = take(c, command, 10) && memcmp(command, "zINSTREAM", 10) == 0;
	while (a->command && take(c, &n, 4) && n != 0 && ntohl(n) <= sizeof piece &&
	       take(c, piece, ntohl(n)))
		a->got += ntohl(n);
	a->ended = n == 0;
}

static void *scanner(void *arg)
{
	struct act *a = arg;
	int c = accept(listening, NULL, NULL);

	if (a->reads)
		read_stream(c, a);
	if (a->n)
		send(c, a->says, a->n, MSG_NOSIGNAL);
	if (a->waits)
		sleep(3);
	close(c);
	return NULL;
}

static enum scan_result scan(struct act *a, size_t bytes, char name[CLAMD_NAME])
{
	char file[] = "/tmp/karte-clamd-file-XXXXXX";
	int fd = mkstemp(file);
	pthread_t t;
	enum scan_result r;

	unlink(file);
	assert_int_equal(ftruncate(fd, (off_t)bytes), 0);
	pthread_create(&t, NULL, scanner, a);
	r = clamd_scan(path, fd, bytes, a->waits ? 1 : 60, name);
	pthread_join(t, NULL);
	close(fd);
	return r;
}

#define ACT(text, reading)                                                                         \
	{                                                                                          \
		.reads = (reading), .says = (text), .n = sizeof(text)                              \
	}

static void the_whole_file_is_given_and_the_answer_believed(void **state)
{
	struct act clean = ACT("stream: OK", true),
		   found = ACT("stream: Eicar-Test\1x FOUND", true);
	char name[CLAMD_NAME];

	(void)state;
	assert_int_equal(scan(&clean, 300000, name), SCAN_CLEAN);
	assert_true(clean.command && clean.ended);
	assert_int_equal(clean.got, 300000);
	assert_int_equal(scan(&found, 10, name), SCAN_FOUND);
	assert_string_equal(name, "Eicar-Test_x");
}

static void what_was_not_promised_says_nothing(void **state)
{
	struct act acts[] = {
	    ACT("stream: OK, or so", true),
	    ACT("OK", true),
	    ACT("stream:  FOUND", true),
	    ACT("", true),
	    ACT("INSTREAM size limit exceeded. ERROR", true),
	    {.reads = true, .says = "stream: OK", .n = 10}, /* no NUL */
	    {.reads = true},				    /* hangs up */
	    {.reads = true, .waits = true},		    /* too late */
	};
	char name[CLAMD_NAME];

	(void)state;
	for (size_t i = 0; i < sizeof acts / sizeof *acts; i++)
		assert_int_equal(scan(&acts[i], 100, name), SCAN_UNKNOWN);
}

static void clean_before_the_end_of_the_file_is_not_clean(void **state)
{
	struct act early = ACT("stream: OK", false), bad = ACT("stream: Early FOUND", false);
	char name[CLAMD_NAME];

	(void)state;
	assert_int_equal(scan(&early, 8 << 20, name), SCAN_UNKNOWN);
	assert_int_not_equal(scan(&bad, 8 << 20, name), SCAN_CLEAN);
}

static void nobody_there_says_nothing(void **state)
{
	char name[CLAMD_NAME];

	(void)state;
	assert_int_equal(clamd_scan("/nonexistent/clamd", 0, 0, 1, name), SCAN_UNKNOWN);
}

static int start(void **state)
{
	struct sockaddr_un at = {.sun_family = AF_UNIX};

	(void)state;
	if (!mkdtemp(folder))
		return -1;
	snprintf(path, sizeof path, "%s/s", folder);
	memcpy(at.sun_path, path, strlen(path) + 1);
	listening = socket(AF_UNIX, SOCK_STREAM, 0);
	return bind(listening, (struct sockaddr *)&at, sizeof at) || listen(listening, 8);
}

static int stop(void **state)
{
	(void)state;
	close(listening);
	unlink(path);
	return rmdir(folder);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(the_whole_file_is_given_and_the_answer_believed),
	    cmocka_unit_test(what_was_not_promised_says_nothing),
	    cmocka_unit_test(clean_before_the_end_of_the_file_is_not_clean),
	    cmocka_unit_test(nobody_there_says_nothing),
	};

	return cmocka_run_group_tests(tests, start, stop);
}
