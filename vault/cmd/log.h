/* Parts of `karte log`. */
#ifndef KARTE_CMD_LOG_H
#define KARTE_CMD_LOG_H

#include "vault/cmd/cmd.h"

enum log_form { FORM_TEXT, FORM_CSV, FORM_JSON };

/* A cell in quotation marks. */
void log_csv_cell(struct buf *out, struct span s);

/* Who opened something of a child; object NULL: anything of it. */
enum status log_exposures(struct cmd_env *env, const char *child, const char *object,
			  enum log_form form);

#endif
