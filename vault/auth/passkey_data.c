#include "vault/auth/passkey_impl.h"

#include "vault/auth/passkey_cbor.h"

enum { SITE_LEN = 32, COUNT_LEN = 4, AAGUID_LEN = 16, PROTECT_MAX = 3, PIN_MAX = 255 };

static bool take(struct span *in, size_t n, struct span *out)
{
	if (in->n < n)
		return false;
	*out = span_make(in->p, n);
	*in = span_make(in->p + n, in->n - n);
	return true;
}

/* Big-endian, of at most 4 bytes. */
static bool take_number(struct span *in, size_t n, uint32_t *out)
{
	struct span bytes;

	if (!take(in, n, &bytes))
		return false;
	*out = 0;
	for (size_t i = 0; i < n; i++)
		*out = *out << 8 | (unsigned char)bytes.p[i];
	return true;
}

/* Who the authenticator is does not matter here; the key itself is read by libfido2. */
static bool take_credential(struct span *in, struct passkey_data *d)
{
	struct span aaguid, key, algorithm;
	uint64_t pairs;
	uint32_t n;

	return take(in, AAGUID_LEN, &aaguid) && take_number(in, 2, &n) && n >= PASSKEY_ID_MIN &&
	       n <= PASSKEY_ID_MAX && take(in, n, &d->id) && cbor_take_map(in, &key, &pairs) &&
	       cbor_find(key, SPAN("\x03"), &algorithm) && algorithm.p &&
	       cbor_take_number(&algorithm, &d->algorithm);
}

/* ---- extensions ----------------------------------------------------------------------------- */

/* Said with true when a passkey is made, and with bytes when it is used. */
static bool find_presence(struct span map, struct span key, bool attested, bool *out)
{
	struct span value, bytes;

	*out = false;
	if (!cbor_find(map, key, &value))
		return false;
	if (!value.p)
		return true;
	if (attested)
		return cbor_take_bool(&value, out);
	*out = true;
	return cbor_take_bytes(&value, &bytes);
}

static bool find_small(struct span map, struct span key, int max, int *out)
{
	struct span value;
	int64_t n = 0;

	if (!cbor_find(map, key, &value))
		return false;
	if (value.p && (!cbor_take_number(&value, &n) || n < 1 || n > max))
		return false;
	*out = (int)n;
	return true;
}

static bool take_extensions(struct span *in, bool attested, struct passkey_extensions *e)
{
	struct span map;
	uint64_t pairs;

	if (!cbor_take_map(in, &map, &pairs) ||
	    !find_presence(map,
			   SPAN("\x6b"
				"hmac-secret"),
			   attested, &e->hmac_secret) ||
	    !find_presence(map,
			   SPAN("\x68"
				"credBlob"),
			   attested, &e->blob))
		return false;
	return !attested || (find_small(map,
					SPAN("\x6b"
					     "credProtect"),
					PROTECT_MAX, &e->protect) &&
			     find_small(map,
					SPAN("\x6c"
					     "minPinLength"),
					PIN_MAX, &e->pin_minimum));
}

enum status passkey_read_data(struct passkey_data *out, struct span raw)
{
	uint32_t flags;
	bool attested, ok;

	*out = (struct passkey_data){.id = SPAN_NONE};
	ok = raw.p && take(&raw, SITE_LEN, &out->site) && take_number(&raw, 1, &flags) &&
	     take_number(&raw, COUNT_LEN, &out->count);
	if (ok) {
		out->flags = flags;
		attested = flags & PASSKEY_ATTESTED;
		ok = (!attested || take_credential(&raw, out)) &&
		     (!(flags & PASSKEY_EXTENDED) ||
		      take_extensions(&raw, attested, &out->extensions)) &&
		     raw.n == 0;
	}
	return ok ? ST_OK : fail(ST_INVALID, "authenticator data is not in its form");
}

enum status passkey_read_attestation(struct passkey_attestation *out, struct span raw)
{
	struct span map, format, statement, data;
	uint64_t pairs, unused;

	if (raw.p && cbor_take_map(&raw, &map, &pairs) && pairs == 3 && raw.n == 0 &&
	    cbor_find(map,
		      SPAN("\x63"
			   "fmt"),
		      &format) &&
	    cbor_find(map,
		      SPAN("\x67"
			   "attStmt"),
		      &statement) &&
	    cbor_find(map,
		      SPAN("\x68"
			   "authData"),
		      &data) &&
	    format.p && statement.p && data.p && cbor_take_text(&format, &out->format) &&
	    cbor_take_map(&statement, &out->statement, &unused) &&
	    cbor_take_bytes(&data, &out->data))
		return ST_OK;
	return fail(ST_INVALID, "an attestation object is not in its form");
}
