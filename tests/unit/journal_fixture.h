/* What the tests of the journal share: a folder of its own, records, whole files. */
#ifndef KARTE_TEST_JOURNAL_FIXTURE_H
#define KARTE_TEST_JOURNAL_FIXTURE_H

#include "generator/base/file.h"
#include "vault/journal/journal.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define ORIGIN "karte.example.jp/journal"

static char folder[512];  /* of the running test */
static char journal[600]; /* of its journal, below */

static inline int set_up(void **state)
{
	const char *under = getenv("TMPDIR");

	(void)state;
	snprintf(folder, sizeof folder, "%s/karte-test-XXXXXX", under ? under : "/tmp");
	assert_non_null(mkdtemp(folder));
	snprintf(journal, sizeof journal, "%s/journal", folder);
	return 0;
}

static inline int tear_down(void **state)
{
	(void)state;
	return file_remove_tree(folder) ? -1 : 0;
}

/* Says why when a status is not the one that is expected. */
#define assert_status(call, want)                                                                  \
	do {                                                                                       \
		enum status got_ = (call);                                                         \
		if (got_ != (want))                                                                \
			fail_msg("%s: %s (%s)", #call, status_name(got_), fail_why());             \
	} while (0)
#define assert_ok(call) assert_status(call, ST_OK)

static inline struct journal *reopen(enum journal_mode mode)
{
	struct journal *j;

	assert_ok(journal_open(&j, journal, mode));
	return j;
}

static inline struct journal *create(void)
{
	assert_ok(journal_create(journal, SPAN(ORIGIN)));
	return reopen(JOURNAL_WRITE);
}

#define SIXTY_FOUR "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
#define FORTY "0123456789abcdef0123456789abcdef01234567"

static inline struct record a_read(const char *request)
{
	return (struct record){
	    .class = "read",
	    .event = SPAN("sheet.read"),
	    .account = SPAN("tanaka"),
	    .role = SPAN("school"),
	    .institution = SPAN("kudan-es"),
	    .child = SPAN("c7k3m9q2v4"),
	    .object = SPAN("kyoiku-shien/2026"),
	    .decision = SPAN("allow"),
	    .reason = SPAN("在籍"),
	    .request = span_of(request),
	};
}

static inline struct record a_change(const char *repository)
{
	return (struct record){
	    .class = "change",
	    .event = SPAN("sheet.save"),
	    .account = SPAN("tanaka"),
	    .repository = span_of(repository),
	    .ref = SPAN("refs/heads/main"),
	    .new_ = SPAN(FORTY),
	    .sha256 = SPAN(SIXTY_FOUR),
	};
}

static inline uint64_t append(struct journal *j, const struct record *r)
{
	uint64_t n;

	assert_ok(journal_append(j, r, &n));
	return n;
}

/* Reads and changes by turns, from time t0 on, one a second. */
static inline void append_many(struct journal *j, unsigned count, int64_t t0)
{
	for (unsigned i = 0; i < count; i++) {
		char name[32];
		struct record r;

		snprintf(name, sizeof name, "%u", i);
		r = i % 3 == 2 ? a_change(name) : a_read(name);
		r.t = t0 + (int64_t)i;
		append(j, &r);
	}
}

/* "name" below the journal, into a buffer that the caller clears. */
static inline void path_in(char out[700], const char *name)
{
	snprintf(out, 700, "%s/%s", journal, name);
}

static inline void slurp(const char *name, struct buf *out)
{
	char path[700];

	path_in(path, name);
	buf_init(out, 64 << 20);
	assert_ok(file_read(path, out));
}

static inline void spit(const char *name, struct span bytes)
{
	char path[700];

	path_in(path, name);
	assert_ok(file_write_fast(path, bytes, 0600));
}

/* In a file, the first `from` becomes `to`. */
static inline void replace_in(const char *name, const char *from, const char *to)
{
	struct buf old, new;
	long at;

	slurp(name, &old);
	at = span_find(buf_span(&old), span_of(from));
	assert_true(at >= 0);
	buf_init(&new, 64 << 20);
	buf_add(&new, old.data, (size_t)at);
	buf_adds(&new, to);
	buf_add(&new, old.data + at + strlen(from), old.len - (size_t)at - strlen(from));
	spit(name, buf_span(&new));
	buf_clear(&new);
	buf_clear(&old);
}

static inline void copy_tree(const char *from, const char *to)
{
	char command[1400];

	snprintf(command, sizeof command, "cp -a '%s' '%s'", from, to);
	assert_int_equal(system(command), 0);
}

#endif
