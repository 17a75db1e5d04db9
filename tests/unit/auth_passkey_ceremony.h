/* The two ceremonies, as a browser would hold them with a hand-made authenticator. */
#ifndef KARTE_TESTS_UNIT_AUTH_PASSKEY_CEREMONY_H
#define KARTE_TESTS_UNIT_AUTH_PASSKEY_CEREMONY_H

#include "tests/unit/auth_passkey.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

static struct pk_key es256, eddsa, rs256, other;
static struct pk_key *const keys[] = {&es256, &eddsa, &rs256};
static const char *const create = "webauthn.create", *const get = "webauthn.get";

static inline int begin(void **state)
{
	(void)state;
	pk_key_new(&es256, PK_ES256);
	pk_key_new(&eddsa, PK_EDDSA);
	pk_key_new(&rs256, PK_RS256);
	pk_key_new(&other, PK_ES256);
	return 0;
}

static inline int end(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
		pk_key_free(keys[i]);
	pk_key_free(&other);
	return 0;
}

/* ---- the two ceremonies --------------------------------------------------------------------- */

struct sent {
	struct buf client, data, signature, statement, object;
};

static inline void sent_init(struct sent *x)
{
	buf_init(&x->client, PK_ROOM);
	buf_init(&x->data, PK_ROOM);
	buf_init(&x->signature, PK_ROOM);
	buf_init(&x->statement, PK_ROOM);
	buf_init(&x->object, PK_ROOM);
}

static inline void sent_clear(struct sent *x)
{
	buf_clear(&x->client);
	buf_clear(&x->data);
	buf_clear(&x->signature);
	buf_clear(&x->statement);
	buf_clear(&x->object);
}

/* Attested by the key itself, or by nobody. */
static inline void make_new(struct sent *x, const struct pk_say *s, const struct pk_key *k,
			    bool self)
{
	sent_init(x);
	pk_client(&x->client, s);
	pk_data(&x->data, s, k);
	if (self) {
		pk_sign(&x->signature, k, buf_span(&x->data), buf_span(&x->client));
		pk_packed(&x->statement, k, buf_span(&x->signature), SPAN_NONE);
	}
	pk_object(&x->object, self ? "packed" : "none",
		  self ? buf_span(&x->statement) : SPAN("\xa0"), buf_span(&x->data));
}

static inline void make_used(struct sent *x, const struct pk_say *s, const struct pk_key *k)
{
	sent_init(x);
	pk_client(&x->client, s);
	pk_data(&x->data, s, NULL);
	pk_sign(&x->signature, k, buf_span(&x->data), buf_span(&x->client));
}

/* A copy of exactly that size, so that a sanitizer sees a byte too far. */
static inline enum status take_new(struct span client, struct span object, struct passkey *out)
{
	static const struct passkey empty;
	char *c = malloc(client.n + 1), *o = malloc(object.n + 1);
	enum status st;

	assert_true(c && o);
	memset(out, 0x55, sizeof *out);
	memcpy(c + 1, client.p, client.n);
	memcpy(o + 1, object.p, object.n);
	st =
	    passkey_register(&pk_site, span_make(c + 1, client.n), span_make(o + 1, object.n), out);
	if (st)
		assert_memory_equal(out, &empty, sizeof empty);
	free(c);
	free(o);
	return st;
}

static inline enum status take_used(const struct passkey *p, const struct sent *x, uint32_t *count)
{
	const uint32_t before = 0xdecade;
	enum status st;

	*count = before;
	st = passkey_verify(&pk_site, p, buf_span(&x->client), buf_span(&x->data),
			    buf_span(&x->signature), count);
	if (st)
		assert_int_equal(*count, before);
	return st;
}

static inline enum status register_as(const struct pk_say *s, const struct pk_key *k, bool self,
				      struct passkey *out)
{
	struct sent x;
	enum status st;

	make_new(&x, s, k, self);
	st = take_new(buf_span(&x.client), buf_span(&x.object), out);
	sent_clear(&x);
	return st;
}

static inline enum status sign_in_as(const struct pk_say *s, const struct pk_key *k,
				     const struct passkey *p, uint32_t *count)
{
	struct sent x;
	enum status st;

	make_used(&x, s, k);
	st = take_used(p, &x, count);
	sent_clear(&x);
	return st;
}

static inline struct passkey registered(const struct pk_key *k)
{
	struct pk_say s = pk_usual(create);
	struct passkey p;

	assert_int_equal(register_as(&s, k, false, &p), ST_OK);
	return p;
}

static inline void expect_both(const struct pk_say *made, enum status expected)
{
	struct passkey p = registered(&es256);
	struct pk_say used = *made;
	uint32_t count;

	for (int self = 0; self < 2; self++) {
		struct passkey unused;

		assert_int_equal(register_as(made, &es256, self, &unused), expected);
	}
	if (strcmp(made->type, create) == 0)
		used.type = get;
	assert_int_equal(sign_in_as(&used, &es256, &p, &count), expected);
}

#endif
