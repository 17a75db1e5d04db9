/* Making a vault: folders, keys, journal, registry, certificate. */
#ifndef KARTE_FLOW_INIT_VAULT_H
#define KARTE_FLOW_INIT_VAULT_H

#include "vault/conf.h"

/*
 * Makes a vault in dir, which must not exist or be empty: ST_EXISTS otherwise.  On failure what was
 * made is removed again.  conf is written as karte.yaml.
 */
enum status init_vault(const char *dir, const struct conf *conf);

#endif
