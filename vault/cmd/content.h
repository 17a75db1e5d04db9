/* Types, pages and themes for the commands that work without a vault. */
#ifndef KARTE_CMD_CONTENT_H
#define KARTE_CMD_CONTENT_H

#include "vault/cmd/cmd.h"

struct content {
	char types[PATH_MAX], pages[PATH_MAX], theme[PATH_MAX];
	char forms[PATH_MAX]; /* the vault's own forms of the types; "" without a vault */
};

/*
 * Where they lie: what --types and --theme say (NULL: not said), else what the vault's karte.yaml
 * says if there is a vault, else what was installed with the program.
 */
enum status content_find(struct cmd_env *env, const char *types, const char *theme,
			 struct content *out);

/* ST_CONFIG with problems if they are wrong. */
enum status content_types(struct cmd_env *env, const struct content *c, struct types **out);
enum status content_theme(struct cmd_env *env, const struct content *c, struct theme **out);

/* The value of --role; ST_USAGE if it is missing or none. */
enum status content_role(const char *text, enum role *out);

#endif
