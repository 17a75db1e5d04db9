#include "vault/http/client.h"

#include <curl/curl.h>

#include <pthread.h>
#include <stdint.h>
#include <stdio.h>

enum { CONNECT_SECONDS = 15, SLOW_SECONDS = 30 };

static pthread_once_t once = PTHREAD_ONCE_INIT;

static void start(void)
{
	curl_global_init(CURL_GLOBAL_DEFAULT);
}

/* A body over the maximum fails the buffer, and the request with it. */
static size_t take(char *data, size_t size, size_t n, void *ctx)
{
	struct buf *b = ctx;

	buf_add(b, data, size * n);
	return b->st ? 0 : size * n;
}

static int watch(void *ctx, curl_off_t a, curl_off_t b, curl_off_t c, curl_off_t d)
{
	const atomic_bool *ended = ctx;

	(void)a;
	(void)b;
	(void)c;
	(void)d;
	return ended && atomic_load(ended);
}

/* Adds "NAME: VALUE" to *list; false without memory. */
static bool add_header(struct curl_slist **list, const char *name, const char *value)
{
	char line[160];
	struct curl_slist *more;

	snprintf(line, sizeof line, "%s: %s", name, value);
	more = curl_slist_append(*list, line);
	*list = more ? more : *list;
	return more != NULL;
}

static struct curl_slist *headers(const struct client_request *req)
{
	const char *type = req->type ? req->type : "application/octet-stream";
	struct curl_slist *list = curl_slist_append(NULL, "Expect:");

	if (list && (!req->body.p || add_header(&list, "Content-Type", type)) &&
	    (!req->accept || add_header(&list, "Accept", req->accept)))
		return list;
	curl_slist_free_all(list);
	return NULL;
}

static CURLcode set_up(CURL *c, const struct client_request *req, struct curl_slist *list,
		       struct client_answer *out, char *why)
{
	CURLcode rc = curl_easy_setopt(c, CURLOPT_URL, req->url);

#define SET(option, value)                                                                         \
	if (!rc)                                                                                   \
	rc = curl_easy_setopt(c, option, value)
	SET(CURLOPT_PROTOCOLS_STR, "http,https");
	SET(CURLOPT_FOLLOWLOCATION, 0L);
	SET(CURLOPT_NOSIGNAL, 1L);
	SET(CURLOPT_PROXY, "");
	SET(CURLOPT_TIMEOUT, (long)req->seconds);
	SET(CURLOPT_CONNECTTIMEOUT, (long)CONNECT_SECONDS);
	SET(CURLOPT_LOW_SPEED_LIMIT, 1L);
	SET(CURLOPT_LOW_SPEED_TIME, (long)SLOW_SECONDS);
	SET(CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
	SET(CURLOPT_XFERINFOFUNCTION, watch);
	SET(CURLOPT_XFERINFODATA, (void *)(uintptr_t)req->ended);
	SET(CURLOPT_NOPROGRESS, 0L);
	SET(CURLOPT_HTTPHEADER, list);
	SET(CURLOPT_USERAGENT, "karte");
	SET(CURLOPT_ERRORBUFFER, why);
	SET(CURLOPT_WRITEFUNCTION, take);
	SET(CURLOPT_WRITEDATA, &out->body);
	if (req->ca && *req->ca)
		SET(CURLOPT_CAINFO, req->ca);
	if (req->body.p) {
		SET(CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)req->body.n);
		SET(CURLOPT_POSTFIELDS, req->body.p);
	}
#undef SET
	return rc;
}

static void read_answer(CURL *c, struct client_answer *out)
{
	const char *type = NULL;
	long status = 0;

	curl_easy_getinfo(c, CURLINFO_RESPONSE_CODE, &status);
	curl_easy_getinfo(c, CURLINFO_CONTENT_TYPE, &type);
	out->status = (int)status;
	snprintf(out->type, sizeof out->type, "%s", type ? type : "");
}

static enum status trouble(const struct client_request *req, const struct client_answer *out,
			   const char *why)
{
	char line[CURL_ERROR_SIZE];
	size_t n = 0;

	if (req->ended && atomic_load(req->ended))
		return fail(ST_BUSY, "the server is ending");
	if (out->body.st)
		return fail(ST_IO, "%s: the answer is too long", req->url);
	for (; n < sizeof line - 1 && why[n]; n++)
		line[n] = (char)((unsigned char)why[n] < 0x20 || why[n] == 0x7f ? ' ' : why[n]);
	line[n] = '\0';
	return fail(ST_IO, "%s: %s", req->url, line);
}

enum status client_send(const struct client_request *req, struct client_answer *out)
{
	char why[CURL_ERROR_SIZE] = "";
	struct curl_slist *list;
	enum status st = ST_OK;
	CURLcode rc;
	CURL *c;

	out->status = 0;
	out->type[0] = '\0';
	buf_cut(&out->body, 0);
	pthread_once(&once, start);
	c = curl_easy_init();
	list = headers(req);
	if (!c || !list) {
		st = fail(ST_NOMEM, "no memory for a request");
		goto out;
	}
	rc = set_up(c, req, list, out, why);
	if (!rc)
		rc = curl_easy_perform(c);
	if (rc)
		st = trouble(req, out, *why ? why : curl_easy_strerror(rc));
	else
		read_answer(c, out);

out:
	curl_slist_free_all(list);
	curl_easy_cleanup(c);
	return st;
}
