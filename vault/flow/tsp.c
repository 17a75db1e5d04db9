#include "vault/flow/tsp.h"

#include "generator/base/sha256.h"

#include <openssl/err.h>
#include <openssl/rand.h>
#include <openssl/ts.h>
#include <string.h>
#include <time.h>

/* What OpenSSL says, in one line; its queue is emptied. */
static enum status trouble(enum status st, const char *what)
{
	unsigned long code = ERR_peek_last_error();
	char text[200] = "";

	if (code)
		ERR_error_string_n(code, text, sizeof text);
	ERR_clear_error();
	return fail(st, "%s%s%s", what, text[0] ? ": " : "", text);
}

/* ---- asking ------------------------------------------------------------------------------- */

/* Over the hash; false: no memory. */
static bool set_imprint(TS_REQ *req, struct span data)
{
	unsigned char digest[SHA256_LEN];
	TS_MSG_IMPRINT *imprint = TS_MSG_IMPRINT_new();
	X509_ALGOR *algorithm = X509_ALGOR_new();
	struct sha256 h;
	bool ok;

	sha256_init(&h);
	sha256_add(&h, data.p, data.n);
	sha256_end(&h, digest);
	if (algorithm)
		X509_ALGOR_set_md(algorithm, EVP_sha256());
	ok = imprint && algorithm && TS_MSG_IMPRINT_set_algo(imprint, algorithm) &&
	     TS_MSG_IMPRINT_set_msg(imprint, digest, sizeof digest) &&
	     TS_REQ_set_msg_imprint(req, imprint);
	X509_ALGOR_free(algorithm);
	TS_MSG_IMPRINT_free(imprint);
	return ok;
}

static bool set_nonce(TS_REQ *req)
{
	ASN1_INTEGER *nonce = ASN1_INTEGER_new();
	uint64_t n;
	bool ok = nonce && RAND_bytes((unsigned char *)&n, sizeof n) == 1 &&
		  ASN1_INTEGER_set_uint64(nonce, n >> 1 | 1) && TS_REQ_set_nonce(req, nonce);

	ASN1_INTEGER_free(nonce);
	return ok;
}

enum status tsp_request(struct span data, struct buf *out)
{
	TS_REQ *req = TS_REQ_new();
	unsigned char *der = NULL;
	int n = -1;

	if (req && TS_REQ_set_version(req, 1) && set_imprint(req, data) && set_nonce(req) &&
	    TS_REQ_set_cert_req(req, 1))
		n = i2d_TS_REQ(req, &der);
	if (n > 0)
		buf_add(out, der, (size_t)n);
	OPENSSL_free(der);
	TS_REQ_free(req);
	return n > 0 ? out->st : trouble(ST_NOMEM, "no request for a time stamp");
}

/* ---- checking ----------------------------------------------------------------------------- */

static TS_REQ *read_request(struct span s)
{
	const unsigned char *p = (const unsigned char *)s.p;

	return d2i_TS_REQ(NULL, &p, (long)s.n);
}

/* Exactly one response, and nothing after it. */
static TS_RESP *read_response(struct span s)
{
	const unsigned char *p = (const unsigned char *)s.p;
	TS_RESP *r = s.n <= TSP_MAX ? d2i_TS_RESP(NULL, &p, (long)s.n) : NULL;

	if (r && p != (const unsigned char *)s.p + s.n) {
		TS_RESP_free(r);
		return NULL;
	}
	return r;
}

/* Takes the store over, and what the request asked: hash, nonce, policy, version. */
static TS_VERIFY_CTX *context(TS_REQ *req, X509_STORE *store)
{
	TS_VERIFY_CTX *ctx = TS_REQ_to_TS_VERIFY_CTX(req, NULL);

	if (!ctx) {
		X509_STORE_free(store);
		return NULL;
	}
	TS_VERIFY_CTX_set_store(ctx, store);
	TS_VERIFY_CTX_add_flags(ctx, TS_VFY_SIGNATURE);
	return ctx;
}

/* GeneralizedTime, in UTC. */
static bool read_time(TS_RESP *response, int64_t *out)
{
	TS_TST_INFO *info = TS_RESP_get_tst_info(response);
	const ASN1_GENERALIZEDTIME *t = info ? TS_TST_INFO_get_time(info) : NULL;
	struct tm tm = {.tm_year = 0};

	if (!t || !ASN1_TIME_to_tm(t, &tm))
		return false;
	*out = (int64_t)timegm(&tm);
	return true;
}

static enum status verify(TS_REQ *req, TS_RESP *response, X509_STORE *store)
{
	TS_VERIFY_CTX *ctx = context(req, store);
	bool good;

	if (!ctx)
		return trouble(ST_NOMEM, "no memory to check a time stamp");
	good = TS_RESP_verify_response(ctx, response) == 1;
	TS_VERIFY_CTX_free(ctx);
	return good ? ST_OK : trouble(ST_DENIED, "the time stamp is not good");
}

enum status tsp_check(struct span request, struct span response, const char *ca, int64_t *at)
{
	TS_REQ *req = read_request(request);
	TS_RESP *resp = read_response(response);
	X509_STORE *store = X509_STORE_new();
	enum status st;

	*at = 0;
	if (!req || !resp || !store) {
		st = trouble(ST_DENIED, "this is no time stamp");
		X509_STORE_free(store);
	} else if (X509_STORE_load_file(store, ca) != 1) {
		st = trouble(ST_CONFIG, "stamper-ca cannot be used");
		X509_STORE_free(store);
	} else {
		st = verify(req, resp, store);
		if (!st && !read_time(resp, at))
			st = trouble(ST_DENIED, "the time stamp has no time");
	}
	TS_RESP_free(resp);
	TS_REQ_free(req);
	return st;
}
