#include "vault/store/own.h"

#include "vault/store/keytext.h"

#include <time.h>

void own_init(struct own *o)
{
	pthread_mutex_init(&o->lock, NULL);
}

void own_clear(struct own *o)
{
	pthread_mutex_destroy(&o->lock);
}

/* Where a key may lie.  Fingerprints are hashes: their bits spread evenly. */
static struct own_key *set_of(struct own *o, const char *fpr)
{
	unsigned long bits = 0;

	for (size_t i = 0; i < 3; i++)
		bits = bits << 4 |
		       (unsigned long)(strchr("0123456789ABCDEF", fpr[i]) - "0123456789ABCDEF");
	return o->kept[bits % OWN_SETS];
}

static struct own_key *look_up(struct own *o, const char *fpr)
{
	struct own_key *set = set_of(o, fpr);

	for (size_t i = 0; i < OWN_WAYS; i++)
		if (!strcmp(set[i].fpr, fpr))
			return &set[i];
	return NULL;
}

bool own_find(struct own *o, const char *fpr, struct own_key *out, uint64_t *changes)
{
	const struct own_key *kept;

	pthread_mutex_lock(&o->lock);
	*changes = o->changes;
	kept = look_up(o, fpr);
	if (kept)
		*out = *kept;
	pthread_mutex_unlock(&o->lock);
	return kept;
}

void own_keep(struct own *o, const struct own_key *key, uint64_t changes)
{
	struct own_key *set = set_of(o, key->fpr);

	pthread_mutex_lock(&o->lock);
	if (o->changes == changes && !look_up(o, key->fpr)) {
		memmove(set + 1, set, (OWN_WAYS - 1) * sizeof *set);
		set[0] = *key;
	}
	pthread_mutex_unlock(&o->lock);
}

void own_forget(struct own *o, const char *fpr)
{
	struct own_key *kept;

	pthread_mutex_lock(&o->lock);
	o->changes++;
	kept = look_up(o, fpr);
	if (kept)
		kept->fpr[0] = '\0';
	pthread_mutex_unlock(&o->lock);
}

/* Asks gpg only for a key that is not kept. */
static enum status own_key(struct keys *k, const char *fpr, struct own_key *out)
{
	struct buf armored;
	uint64_t changes;
	enum status st;

	if (own_find(keys_own(k), fpr, out, &changes))
		return ST_OK;
	*out = (struct own_key){.fpr = ""};
	span_copy(span_of(fpr), out->fpr, sizeof out->fpr);
	buf_init(&armored, 1 << 20);
	st = key_export(k, fpr, &armored);
	if (!st) {
		out->usable = !openpgp_public_key(buf_span(&armored), &out->key);
		own_keep(keys_own(k), out, changes);
	}
	buf_clear(&armored);
	return st;
}

enum status verify_own(struct keys *k, const char *fpr, struct span data, struct span signature,
		       struct verdict *out)
{
	struct own_key key = {.usable = false};
	struct openpgp_verdict v = {.issuer = ""};
	enum status st = ST_INVALID;

	if (key_hex_ok(fpr) && !own_key(k, fpr, &key) && key.usable)
		st = openpgp_check(&key.key, data, signature, &v);
	if ((st && st != ST_CORRUPT) || strcmp(v.issuer, fpr) != 0 || v.created > time(NULL))
		return verify_detached(k, data, signature, out);
	*out = (struct verdict){.state = st ? SIGN_BAD : SIGN_GOOD, .created = v.created};
	span_copy(span_of(fpr), out->fpr, sizeof out->fpr);
	return ST_OK;
}
