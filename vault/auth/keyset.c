#include "vault/auth/keyset.h"

#include <sodium.h>
#include <stdlib.h>

#define MAGIC "KKS1"
enum {
	MAGIC_LEN = 4,
	SALT = crypto_pwhash_SALTBYTES,
	NONCE = crypto_secretbox_xchacha20poly1305_NONCEBYTES,
	MAC = crypto_secretbox_xchacha20poly1305_MACBYTES,
	KEY = crypto_secretbox_xchacha20poly1305_KEYBYTES,
	HEAD = MAGIC_LEN + SALT + NONCE,
	PASSES = 3,
	MEMORY = 256 * 1024 * 1024,
};

static enum status derive(struct span passphrase, const unsigned char *salt, unsigned char *key)
{
	if (crypto_pwhash(key, KEY, passphrase.p, passphrase.n, salt, PASSES, MEMORY,
			  crypto_pwhash_ALG_ARGON2ID13) != 0)
		return fail(ST_NOMEM, "no memory to stretch a passphrase");
	return ST_OK;
}

bool keyset_is(struct span bytes)
{
	return span_starts(bytes, SPAN(MAGIC));
}

enum status keyset_close(struct span passphrase, struct span text, struct buf *out)
{
	unsigned char head[HEAD] = MAGIC, key[KEY];
	unsigned char *box = malloc(text.n + MAC);
	enum status st = box ? ST_OK : ST_NOMEM;

	randombytes_buf(head + MAGIC_LEN, SALT + NONCE);
	if (!st)
		st = derive(passphrase, head + MAGIC_LEN, key);
	if (!st) {
		crypto_secretbox_xchacha20poly1305_easy(box, (const unsigned char *)text.p, text.n,
							head + MAGIC_LEN + SALT, key);
		buf_add(out, head, sizeof head);
		buf_add(out, box, text.n + MAC);
	}
	sodium_memzero(key, sizeof key);
	free(box);
	return st ? st : out->st;
}

enum status keyset_open(struct span passphrase, struct span bytes, struct buf *out)
{
	unsigned char key[KEY];
	const unsigned char *p = (const unsigned char *)bytes.p;
	unsigned char *text;
	enum status st;

	if (!keyset_is(bytes) || bytes.n < HEAD + MAC)
		return fail(ST_DENIED, "鍵のファイルが短すぎるか、ちがうファイルです");
	text = malloc(bytes.n);
	st = text ? derive(passphrase, p + MAGIC_LEN, key) : ST_NOMEM;
	if (!st && crypto_secretbox_xchacha20poly1305_open_easy(text, p + HEAD, bytes.n - HEAD,
								p + MAGIC_LEN + SALT, key) != 0)
		st = fail(ST_DENIED, "パスフレーズがちがうか、鍵のファイルが変えられています");
	if (!st)
		buf_add(out, text, bytes.n - HEAD - MAC);
	if (text)
		sodium_memzero(text, bytes.n);
	free(text);
	sodium_memzero(key, sizeof key);
	return st ? st : out->st;
}
