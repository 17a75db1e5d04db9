#include "vault/flow/courier.h"

#include "vault/http/client.h"

#include <curl/curl.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>

enum { CONNECT_SECONDS = 15, SLOW_SECONDS = 30, URL_MAX = 600, ADDRESS = 300 };

static atomic_bool ending;
static pthread_once_t once = PTHREAD_ONCE_INIT;

void courier_end(void)
{
	atomic_store(&ending, true);
}

void courier_begin(void)
{
	atomic_store(&ending, false);
}

static void begin_curl(void)
{
	curl_global_init(CURL_GLOBAL_DEFAULT);
}

static int watch(void *ctx, curl_off_t a, curl_off_t b, curl_off_t c, curl_off_t d)
{
	(void)ctx;
	(void)a;
	(void)b;
	(void)c;
	(void)d;
	return atomic_load(&ending);
}

static CURL *begin(char error[static CURL_ERROR_SIZE])
{
	CURL *c;

	pthread_once(&once, begin_curl);
	c = curl_easy_init();
	if (!c)
		return NULL;
	error[0] = '\0';
	curl_easy_setopt(c, CURLOPT_ERRORBUFFER, error);
	curl_easy_setopt(c, CURLOPT_NOSIGNAL, 1L);
	curl_easy_setopt(c, CURLOPT_PROTOCOLS_STR, "smtp,smtps");
	curl_easy_setopt(c, CURLOPT_PROXY, "");
	curl_easy_setopt(c, CURLOPT_CONNECTTIMEOUT, (long)CONNECT_SECONDS);
	curl_easy_setopt(c, CURLOPT_TIMEOUT, (long)COURIER_SECONDS);
	curl_easy_setopt(c, CURLOPT_LOW_SPEED_LIMIT, 1L);
	curl_easy_setopt(c, CURLOPT_LOW_SPEED_TIME, (long)SLOW_SECONDS);
	curl_easy_setopt(c, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
	curl_easy_setopt(c, CURLOPT_XFERINFOFUNCTION, watch);
	curl_easy_setopt(c, CURLOPT_NOPROGRESS, 0L);
	return c;
}

/* What went wrong, in one line: a server's words come in between. */
static enum status trouble(CURL *c, CURLcode rc, const char *error)
{
	long code = 0;
	char line[300];
	size_t n = 0;

	if (atomic_load(&ending))
		return fail(ST_BUSY, "the server is ending");
	curl_easy_getinfo(c, CURLINFO_RESPONSE_CODE, &code);
	for (const char *p = error[0] ? error : curl_easy_strerror(rc); *p && n < sizeof line - 1;
	     p++)
		line[n++] = (char)((unsigned char)*p < 0x20 || *p == 0x7f ? ' ' : *p);
	line[n] = '\0';
	return fail(ST_IO, "%s (%ld)", line, code);
}

/* ---- mail --------------------------------------------------------------------------------- */

static size_t give(char *to, size_t size, size_t count, void *ctx)
{
	struct span *left = ctx;
	size_t n = size * count < left->n ? size * count : left->n;

	memcpy(to, left->p, n);
	*left = span_make(left->p + n, left->n - n);
	return n;
}

static void set_mail(CURL *c, const struct courier_mail *m)
{
	char text[URL_MAX];

	snprintf(text, sizeof text, "%s/%s", m->server, m->hello); /* the path is our name */
	curl_easy_setopt(c, CURLOPT_URL, text);
	curl_easy_setopt(c, CURLOPT_USE_SSL, (long)(m->plain ? CURLUSESSL_NONE : CURLUSESSL_ALL));
	if (m->ca[0]) {
		curl_easy_setopt(c, CURLOPT_CAINFO, m->ca);
		curl_easy_setopt(c, CURLOPT_CAPATH, NULL);
	}
	if (m->user[0]) {
		curl_easy_setopt(c, CURLOPT_USERNAME, m->user);
		curl_easy_setopt(c, CURLOPT_PASSWORD, m->password);
	}
	snprintf(text, sizeof text, "<%.*s>", ADDRESS, m->from);
	curl_easy_setopt(c, CURLOPT_MAIL_FROM, text);
}

enum status courier_mail(const struct courier_mail *m)
{
	char error[CURL_ERROR_SIZE], to[ADDRESS + 3];
	struct curl_slist *receivers = NULL;
	struct span left = m->message;
	CURL *c = begin(error);
	enum status st = ST_OK;
	CURLcode rc;

	snprintf(to, sizeof to, "<%.*s>", ADDRESS, m->to);
	receivers = curl_slist_append(NULL, to);
	if (!c || !receivers) {
		st = fail(ST_NOMEM, "no memory for a mail");
	} else {
		set_mail(c, m);
		curl_easy_setopt(c, CURLOPT_MAIL_RCPT, receivers);
		curl_easy_setopt(c, CURLOPT_READFUNCTION, give);
		curl_easy_setopt(c, CURLOPT_READDATA, &left);
		curl_easy_setopt(c, CURLOPT_UPLOAD, 1L);
		rc = curl_easy_perform(c);
		st = rc ? trouble(c, rc, error) : ST_OK;
	}
	curl_slist_free_all(receivers);
	curl_easy_cleanup(c);
	return st;
}

/* ---- the web ------------------------------------------------------------------------------ */

enum status courier_post(const char *url, const char *type, const char *accept, struct span body,
			 struct buf *answer)
{
	const struct client_request ask = {.url = url,
					   .body = body,
					   .type = type,
					   .accept = accept,
					   .seconds = COURIER_SECONDS,
					   .ended = &ending};
	struct client_answer got = {.status = 0};
	enum status st;

	buf_init(&got.body, COURIER_ANSWER);
	st = client_send(&ask, &got);
	if (!st && got.status != 200)
		st = fail(ST_IO, "the server answers %d", got.status);
	if (!st && strncasecmp(got.type, accept, strlen(accept)) != 0)
		st = fail(ST_IO, "the answer is no %s", accept);
	if (!st)
		buf_addspan(answer, buf_span(&got.body));
	buf_clear(&got.body);
	return st ? st : answer->st;
}
