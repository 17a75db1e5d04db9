#include "vault/http/client.h"

#include <curl/curl.h>

#include <pthread.h>
#include <stdio.h>

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

static struct curl_slist *headers(const struct client_request *req)
{
	char type[128];
	struct curl_slist *list = curl_slist_append(NULL, "Expect:"), *more;

	snprintf(type, sizeof type, "Content-Type: %s",
		 req->type ? req->type : "application/octet-stream");
	more = list && req->body.p ? curl_slist_append(list, type) : list;
	if (!more)
		curl_slist_free_all(list);
	return more;
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
		st = fail(ST_IO, "%s: %s", req->url, *why ? why : curl_easy_strerror(rc));
	else
		read_answer(c, out);

out:
	curl_slist_free_all(list);
	curl_easy_cleanup(c);
	return st;
}
