/*
 * The subcommands of the program: one table, one file each.
 *
 * A command returns a status; main prints `karte: command: why` from fail_why() and exits with
 * status_exit().  Results go to stdout, everything else to stderr.
 */
#ifndef KARTE_CMD_CMD_H
#define KARTE_CMD_CMD_H

#include "generator/sheet/problem.h"
#include "vault/flow/actor.h"

#include <getopt.h>

struct cmd_env {
	const char *vault;  /* -C or KARTE_VAULT; NULL: none */
	struct app *app;    /* after cmd_open */
	struct actor actor; /* after cmd_actor */
	struct problems problems;
	bool json;
	const char *as, *password_file; /* --as, --password-file */
};

struct cmd {
	const char *name;
	const char *usage; /* after the name; several forms separated by \n */
	const char *what;  /* one line, Japanese */
	enum status (*run)(struct cmd_env *env, int argc, char **argv);
};

extern const struct cmd cmd_table[];
extern const size_t cmd_count;

enum status cmd_access(struct cmd_env *env, int argc, char **argv);
enum status cmd_account(struct cmd_env *env, int argc, char **argv);
enum status cmd_backup(struct cmd_env *env, int argc, char **argv);
enum status cmd_build(struct cmd_env *env, int argc, char **argv);
enum status cmd_check(struct cmd_env *env, int argc, char **argv);
enum status cmd_child(struct cmd_env *env, int argc, char **argv);
enum status cmd_demo(struct cmd_env *env, int argc, char **argv);
enum status cmd_enrol(struct cmd_env *env, int argc, char **argv);
enum status cmd_guardian(struct cmd_env *env, int argc, char **argv);
enum status cmd_init(struct cmd_env *env, int argc, char **argv);
enum status cmd_institution(struct cmd_env *env, int argc, char **argv);
enum status cmd_keys(struct cmd_env *env, int argc, char **argv);
enum status cmd_log(struct cmd_env *env, int argc, char **argv);
enum status cmd_migrate(struct cmd_env *env, int argc, char **argv);
enum status cmd_prune(struct cmd_env *env, int argc, char **argv);
enum status cmd_protect(struct cmd_env *env, int argc, char **argv);
enum status cmd_prove(struct cmd_env *env, int argc, char **argv);
enum status cmd_reach(struct cmd_env *env, int argc, char **argv);
enum status cmd_reindex(struct cmd_env *env, int argc, char **argv);
enum status cmd_render(struct cmd_env *env, int argc, char **argv);
enum status cmd_restore(struct cmd_env *env, int argc, char **argv);
enum status cmd_serve(struct cmd_env *env, int argc, char **argv);
enum status cmd_sheet(struct cmd_env *env, int argc, char **argv);
enum status cmd_verify(struct cmd_env *env, int argc, char **argv);
enum status cmd_witness(struct cmd_env *env, int argc, char **argv);

/* Opens the vault of -C; ST_USAGE if none was given. */
enum status cmd_open(struct cmd_env *env, enum app_parts parts);
/* The actor: --as with its password, else the operator. */
enum status cmd_actor(struct cmd_env *env);
/* Closes everything; called by main. */
void cmd_close(struct cmd_env *env);

enum { CMD_REPEAT_MAX = 256 };

/*
 * One option of a command.  `value` is where its text goes; for a flag (no argument) `flag` is set.
 * With both, the option may be given again and again: `value` is an array of CMD_REPEAT_MAX + 1
 * places, all NULL, which are filled in order.
 */
struct cmd_option {
	const char *name;
	const char **value;
	bool *flag;
};

/*
 * Reads options in any place and leaves the rest in argv[0..*argc-1] (the command's own name
 * removed).  Knows --json, --as and --password-file by itself.  ST_USAGE.
 */
enum status cmd_options(struct cmd_env *env, const struct cmd_option *options, size_t count,
			int *argc, char ***argv);

/* Asks whether the number of words is in the range; ST_USAGE names the command's usage. */
enum status cmd_words(const char *command, int argc, int least, int most);

/* A password from a file ("-": standard input) or, with path NULL, from the terminal without
   echo; the first line, without its end.  secret must be a secret buffer. */
enum status cmd_password(const char *path, struct buf *secret);

/*
 * Records a look by the operator before it is printed: to print what a vault holds of children is
 * to read it.  ST_IO: print nothing.
 */
enum status cmd_note_read(struct cmd_env *env, const char *event, struct span child,
			  struct span object);

/* Prints and empties the problems to stderr. */
void cmd_print_problems(struct cmd_env *env);

/* Splits "TYPE/ID"; ST_USAGE if it is not that. */
enum status cmd_sheet_name(const char *text, struct span *type, struct span *id);

#endif
