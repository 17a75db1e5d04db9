/* A vault with keys, and words that it signs. */
#ifndef KARTE_TESTS_UNIT_STORE_WORDS_H
#define KARTE_TESTS_UNIT_STORE_WORDS_H

#include "tests/unit/store_help.h"

static struct vault V;

static inline int setup(void **state)
{
	(void)state;
	vault_make(&V, true);
	return 0;
}

static inline int teardown(void **state)
{
	(void)state;
	vault_end(&V);
	return 0;
}

static const struct span words = {"記録\nof a child\n", 18};

static inline void sign_words(struct buf *sig)
{
	const struct signer who = vault_signer(&V);

	buf_init(sig, SIGNATURE_MAX);
	assert_ok(sign_detached(V.keys, &who, words, sig));
}

#endif
