/* Asking the server of access_http_vault.h, and what the journal gets meanwhile. */
#ifndef KARTE_TESTS_UNIT_ACCESS_HTTP_CLIENT_H
#define KARTE_TESTS_UNIT_ACCESS_HTTP_CLIENT_H

/* GnuTLS has a union by the name of a struct of http/route.h. */
#define params gnutls_params
#include "tests/unit/http_client.h"
#undef params

#include "tests/unit/access_http_vault.h"

enum { RECORDS_MAX = 128, WORD_MAX = 64 };

static struct client wire = {.fd = -1};

/* What the journal got while one request was answered. */
struct noted {
	char class[16], event[WORD_MAX], decision[16], reason[WORD_MAX];
};

static struct reply {
	struct answer a;
	char to[512]; /* Location, or "" */
	struct noted records[RECORDS_MAX];
	size_t count;
	uint64_t before;
} reply;

static inline bool take_record(void *ctx, const struct record *r, struct span line)
{
	struct noted *n = &reply.records[reply.count];

	(void)ctx;
	(void)line;
	if (r->n < reply.before || reply.count == RECORDS_MAX)
		return false;
	snprintf(n->class, sizeof n->class, "%s", r->class);
	span_copy(r->event, n->event, sizeof n->event);
	span_copy(r->decision, n->decision, sizeof n->decision);
	span_copy(r->reason.p ? r->reason : SPAN(""), n->reason, sizeof n->reason);
	reply.count++;
	return true;
}

static inline void read_records(void)
{
	const struct journal_filter newest = {.newest_first = true};
	uint64_t after;

	reply.count = 0;
	assert_ok(journal_size(app->journal, &after));
	if (after > reply.before)
		assert_ok(journal_scan(app->journal, &newest, take_record, NULL));
}

/* The n-th record of a class and decision; NULL: there are not so many. */
static inline const struct noted *record_of(const char *class, const char *decision, size_t n)
{
	for (size_t i = 0; i < reply.count; i++)
		if (!strcmp(reply.records[i].class, class) &&
		    !strcmp(reply.records[i].decision, decision) && n-- == 0)
			return &reply.records[i];
	return NULL;
}

static inline size_t records_of(const char *class, const char *decision)
{
	size_t n = 0;

	while (record_of(class, decision, n))
		n++;
	return n;
}

static inline void put_head(struct buf *out, const char *method, const char *path,
			    const struct caller *who, struct span body)
{
	buf_addf(out, "%s %s HTTP/1.1\r\nHost: a\r\n", method, path);
	if (who)
		buf_addf(out, "Cookie: __Host-karte=%s\r\n", who->cookie);
	if (body.p)
		buf_addf(out,
			 "Origin: https://a\r\nContent-Type: application/x-www-form-urlencoded\r\n"
			 "Content-Length: %zu\r\n",
			 body.n);
	buf_adds(out, "\r\n");
	buf_addspan(out, body);
}

/* One request; body absent: a GET.  The answer and its records are in `reply` until the next. */
static inline int ask(const struct caller *who, const char *path, struct span body)
{
	bool good = false;
	struct buf head;

	buf_init(&head, 1 << 20);
	put_head(&head, body.p ? "POST" : "GET", path, who, body);
	assert_ok(journal_size(app->journal, &reply.before));
	if (reply.a.body.max == 0)
		answer_init(&reply.a);
	for (int tries = 0; tries < 2 && !good; tries++) {
		if (wire.fd < 0)
			assert_true(client_open(&wire, server_port(server)));
		good = client_send(&wire, buf_span(&head)) && client_answer(&wire, &reply.a, false);
		if (!good)
			client_close(&wire);
	}
	if (!good)
		fail_msg("no answer to %s", path);
	buf_clear(&head);
	if (span_is(answer_header(&reply.a, "Connection"), "close"))
		client_close(&wire);
	span_copy(answer_header(&reply.a, "Location"), reply.to, sizeof reply.to);
	read_records();
	return reply.a.status;
}

/* Before the server ends. */
static inline void stop_asking(void)
{
	client_close(&wire);
	answer_clear(&reply.a);
	reply.a.body.max = 0;
}

#endif
