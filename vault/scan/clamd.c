#include "vault/scan/clamd.h"

#include "generator/base/span.h"

#include <arpa/inet.h>
#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <stdint.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

enum { PIECE = 64 * 1024, ANSWER_MAX = 1024, AT_ONCE = 4 };

struct talk {
	int sock;
	int64_t until; /* milliseconds of the monotonic clock */
};

static int64_t now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

/* ---- a few at a time ------------------------------------------------------------------------ */

static pthread_mutex_t turn_lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t turn_free = PTHREAD_COND_INITIALIZER;
static int scanning;

static bool take_turn(int seconds)
{
	struct timespec until;
	int rc = 0;

	clock_gettime(CLOCK_REALTIME, &until);
	until.tv_sec += seconds;
	pthread_mutex_lock(&turn_lock);
	while (scanning == AT_ONCE && rc == 0)
		rc = pthread_cond_timedwait(&turn_free, &turn_lock, &until);
	if (rc == 0)
		scanning++;
	pthread_mutex_unlock(&turn_lock);
	return rc == 0;
}

static void give_turn(void)
{
	pthread_mutex_lock(&turn_lock);
	scanning--;
	pthread_cond_signal(&turn_free);
	pthread_mutex_unlock(&turn_lock);
}

/* ---- the conversation ----------------------------------------------------------------------- */

static enum status wait_for(const struct talk *t, short events)
{
	int64_t left = t->until - now_ms();
	struct pollfd p = {.fd = t->sock, .events = events};
	int rc = left > 0 ? poll(&p, 1, (int)left) : 0;

	if (rc < 0 && errno == EINTR)
		return ST_OK;
	return rc > 0 ? ST_OK : fail(ST_IO, "clamd does not answer in time");
}

static enum status call(struct talk *t, const char *path)
{
	struct sockaddr_un to = {.sun_family = AF_UNIX};

	if (!span_copy(span_of(path), to.sun_path, sizeof to.sun_path))
		return fail(ST_CONFIG, "the path of clamd's socket is too long");
	t->sock = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (t->sock < 0 || connect(t->sock, (struct sockaddr *)&to, sizeof to) < 0)
		return fail(ST_IO, "clamd cannot be reached at %s: %s", path, strerror(errno));
	return ST_OK;
}

static enum status say(const struct talk *t, const void *bytes, size_t n)
{
	const char *p = bytes;
	enum status st = ST_OK;

	while (n && !st) {
		ssize_t sent = send(t->sock, p, n, MSG_NOSIGNAL);

		if (sent > 0) {
			p += sent;
			n -= (size_t)sent;
		} else if (sent < 0 && (errno == EAGAIN || errno == EINTR)) {
			st = wait_for(t, POLLOUT);
		} else {
			st = fail(ST_IO, "clamd hung up: %s", strerror(errno));
		}
	}
	return st;
}

static enum status say_piece(const struct talk *t, const char *piece, size_t n)
{
	uint32_t size = htonl((uint32_t)n);
	enum status st = say(t, &size, sizeof size);

	return st ? st : say(t, piece, n);
}

static enum status say_file(const struct talk *t, int fd, size_t bytes)
{
	static const char command[] = "zINSTREAM";
	char piece[PIECE];
	size_t at = 0;
	enum status st = say(t, command, sizeof command); /* with its NUL */

	while (at < bytes && !st) {
		size_t want = bytes - at < PIECE ? bytes - at : PIECE;
		ssize_t n = pread(fd, piece, want, (off_t)at);

		if (n <= 0)
			return fail(ST_IO, "a file ends too early");
		st = say_piece(t, piece, (size_t)n);
		at += (size_t)n;
	}
	return st ? st : say_piece(t, "", 0);
}

/* Up to the NUL that ends it; an answer without one is none. */
static enum status hear(const struct talk *t, char out[static ANSWER_MAX])
{
	size_t n = 0;
	enum status st = ST_OK;

	while (!st && n < ANSWER_MAX) {
		ssize_t got = recv(t->sock, out + n, ANSWER_MAX - n, 0);

		if (got > 0) {
			n += (size_t)got;
			if (memchr(out, '\0', n))
				return ST_OK;
		} else if (got < 0 && (errno == EAGAIN || errno == EINTR)) {
			st = wait_for(t, POLLIN);
		} else {
			return fail(ST_IO, "clamd hung up");
		}
	}
	return st ? st : fail(ST_IO, "clamd's answer has no end");
}

static void copy_name(struct span s, char name[static CLAMD_NAME])
{
	size_t n = s.n < CLAMD_NAME - 1 ? s.n : CLAMD_NAME - 1;

	for (size_t i = 0; i < n; i++)
		name[i] = s.p[i] > 0x20 && s.p[i] < 0x7f ? s.p[i] : '_';
	name[n] = '\0';
}

static enum scan_result understand(const char *answer, char name[static CLAMD_NAME])
{
	struct span s = span_of(answer), begin = SPAN("stream: "), found = SPAN(" FOUND");

	if (span_is(s, "stream: OK"))
		return SCAN_CLEAN;
	if (span_starts(s, begin) && span_ends(s, found) && s.n > begin.n + found.n) {
		copy_name(span_make(s.p + begin.n, s.n - begin.n - found.n), name);
		return SCAN_FOUND;
	}
	fail(ST_IO, "clamd did not scan: %.60s", answer);
	return SCAN_UNKNOWN;
}

static enum scan_result scan(const char *path, int fd, size_t bytes, int seconds,
			     char name[static CLAMD_NAME])
{
	struct talk t = {.sock = -1, .until = now_ms() + seconds * 1000};
	char answer[ANSWER_MAX] = "";
	enum status st = call(&t, path), heard = ST_IO;

	if (!st) {
		/* who hangs up in the middle may have said why */
		st = say_file(&t, fd, bytes);
		heard = hear(&t, answer);
	}
	if (t.sock >= 0)
		close(t.sock);
	if (heard)
		return SCAN_UNKNOWN;
	enum scan_result r = understand(answer, name);
	/* "clean" of half a file says nothing */
	return st && r == SCAN_CLEAN ? SCAN_UNKNOWN : r;
}

enum scan_result clamd_scan(const char *socket, int fd, size_t bytes, int seconds,
			    char name[static CLAMD_NAME])
{
	enum scan_result r;

	name[0] = '\0';
	if (!take_turn(seconds)) {
		fail(ST_BUSY, "too many files are being scanned");
		return SCAN_UNKNOWN;
	}
	r = scan(socket, fd, bytes, seconds, name);
	give_turn();
	return r;
}

enum status clamd_ping(const char *socket, int seconds)
{
	static const char command[] = "zPING";
	struct talk t = {.sock = -1, .until = now_ms() + seconds * 1000};
	char answer[ANSWER_MAX] = "";
	enum status st = call(&t, socket);

	if (!st)
		st = say(&t, command, sizeof command); /* with its NUL */
	if (!st)
		st = hear(&t, answer);
	if (t.sock >= 0)
		close(t.sock);
	if (!st && strcmp(answer, "PONG") != 0)
		st = fail(ST_IO, "clamd does not answer PONG");
	return st;
}
