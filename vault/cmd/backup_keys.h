/* What the commands about backups share. */
#ifndef KARTE_CMD_BACKUP_KEYS_H
#define KARTE_CMD_BACKUP_KEYS_H

#include "vault/cmd/cmd.h"
#include "vault/flow/backup_keys.h"

/* A set of keys from a file: closed with a passphrase (asked for, or --password-file), or as gpg
   decrypts one that was made for a recipient.  Wipe with backup_keys_clear in any case. */
enum status cmd_read_keys(struct cmd_env *env, const char *path, struct backup_keys *out);

#endif
