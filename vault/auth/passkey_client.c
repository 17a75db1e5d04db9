#include "vault/auth/passkey_impl.h"

#include <jansson.h>
#include <sodium.h>

/* The keys that matter here.  Others may be there: browsers add some on purpose. */
static struct span text_of(const json_t *root, const char *key)
{
	const json_t *v = json_object_get(root, key);

	return json_is_string(v) ? span_make(json_string_value(v), json_string_length(v))
				 : SPAN_NONE;
}

static bool same_secretly(struct span a, struct span b)
{
	return a.n == b.n && sodium_memcmp(a.p, b.p, a.n) == 0;
}

/* Shown in a frame of another's page, or bound to a TLS connection that is not this one. */
static enum status check_surroundings(const json_t *root)
{
	const json_t *cross = json_object_get(root, "crossOrigin");
	const json_t *binding = json_object_get(root, "tokenBinding");

	if ((cross && !json_is_boolean(cross)) || (binding && !json_is_object(binding)))
		return fail(ST_INVALID, "client data with crossOrigin or tokenBinding of no sense");
	if (json_is_true(cross) || json_object_get(root, "topOrigin"))
		return fail(ST_DENIED, "a passkey was asked for inside another site's page");
	if (binding && span_is(text_of(binding, "status"), "present"))
		return fail(ST_DENIED, "client data is bound to another connection");
	return ST_OK;
}

static enum status check(const struct passkey_ceremony *c, const char *type, const json_t *root)
{
	struct span said = text_of(root, "type");
	struct span challenge = text_of(root, "challenge");
	struct span origin = text_of(root, "origin");

	if (!said.p || !challenge.p || !origin.p)
		return fail(ST_INVALID, "client data lacks a type, a challenge or an origin");
	if (!span_is(said, type))
		return fail(ST_DENIED, "client data is not of %s", type);
	if (!same_secretly(challenge, c->challenge))
		return fail(ST_DENIED, "client data is for another challenge");
	if (!span_eq(origin, c->origin))
		return fail(ST_DENIED, "client data is from another origin");
	return check_surroundings(root);
}

enum status passkey_check_client(const struct passkey_ceremony *c, const char *type,
				 struct span client_data)
{
	json_t *root;
	enum status st;

	if (!client_data.p || client_data.n > PASSKEY_PART_MAX)
		return fail(ST_INVALID, "client data is missing or too long");
	root = json_loadb(client_data.p, client_data.n, JSON_REJECT_DUPLICATES, NULL);
	if (!json_is_object(root))
		st = fail(ST_INVALID, "client data is not an object of JSON");
	else
		st = check(c, type, root);
	json_decref(root);
	return st;
}
