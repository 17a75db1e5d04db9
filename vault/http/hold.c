#include "vault/http/hold.h"

void hold_init(struct hold *h, void (*ready)(struct hold *h, bool kept))
{
	atomic_init(&h->left, 1);
	atomic_init(&h->broken, false);
	h->ready = ready;
}

void hold_add(struct hold *h)
{
	atomic_fetch_add(&h->left, 1);
}

void hold_release(struct hold *h, bool kept)
{
	if (!kept)
		atomic_store(&h->broken, true);
	if (atomic_fetch_sub(&h->left, 1) == 1)
		h->ready(h, !atomic_load(&h->broken));
}
