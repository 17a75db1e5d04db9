/* The walk behind store_each, for the sweep too.  Only for vault/store/. */
#ifndef KARTE_VAULT_STORE_EACH_H
#define KARTE_VAULT_STORE_EACH_H

#include "vault/store/internal.h"

/* Called for each folder that holds repositories, before these; may be NULL. */
typedef enum status (*fold_fn)(void *arg, const char *dir);

enum status each_repo(struct store *s, enum repo_kind kind, store_fn fn, fold_fn fold, void *arg);

#endif
