#include "vault/cmd/cmd.h"

#include "generator/base/file.h"
#include "generator/base/path.h"
#include "vault/flow/note.h"

#include <stdio.h>
#include <termios.h>
#include <unistd.h>

enum { OPTIONS_MAX = 24, PASSWORD_MAX_BYTES = 4096 };

enum status cmd_open(struct cmd_env *env, enum app_parts parts)
{
	if (!env->vault)
		return fail(ST_USAGE, "保管庫を -C DIR か KARTE_VAULT で指定してください");
	return app_open(&env->app, env->vault, parts, &env->problems);
}

enum status cmd_actor(struct cmd_env *env)
{
	struct buf password;
	enum status st;

	if (!env->as) {
		actor_operator(&env->actor, env->app);
		return ST_OK;
	}
	buf_init_secret(&password, PASSWORD_MAX_BYTES);
	st = cmd_password(env->password_file, &password);
	if (!st)
		st = actor_account(&env->actor, env->app, span_of(env->as), buf_span(&password));
	buf_clear(&password);
	return st;
}

void cmd_close(struct cmd_env *env)
{
	actor_clear(&env->actor);
	app_close(env->app);
	env->app = NULL;
	problems_clear(&env->problems);
}

enum status cmd_note_read(struct cmd_env *env, const char *event, struct span child,
			  struct span object)
{
	struct note n = {.class = "read",
			 .event = event,
			 .who = &env->actor.account,
			 .child = path_child(child) ? child : SPAN_NONE,
			 .object = object,
			 .decision = "allow",
			 .reason = "operator",
			 .request = env->actor.request};

	return note_add(env->app, &n);
}

void cmd_print_problems(struct cmd_env *env)
{
	struct buf out;

	buf_init(&out, 1024 * 1024);
	problems_print(&env->problems, &out);
	fputs(buf_str(&out), stderr);
	buf_clear(&out);
	problems_clear(&env->problems);
}

/* getopt reports its own errors in English to stderr; we say it ourselves. */
static enum status unknown_option(char **argv)
{
	return fail(ST_USAGE, "わからない指定か、値のない指定です: %s", argv[optind - 1]);
}

static enum status take_option(const struct cmd_option *o)
{
	const char **place = o->value;

	if (o->flag)
		*o->flag = true;
	if (!place)
		return ST_OK;
	for (int i = 0; o->flag && *place; i++, place++)
		if (i + 1 == CMD_REPEAT_MAX)
			return fail(ST_USAGE, "--%s は%d個までです", o->name, CMD_REPEAT_MAX);
	*place = optarg;
	return ST_OK;
}

enum status cmd_options(struct cmd_env *env, const struct cmd_option *options, size_t count,
			int *argc, char ***argv)
{
	struct option longs[OPTIONS_MAX + 4] = {{0}};
	const struct cmd_option common[] = {
	    {"json", NULL, &env->json},
	    {"as", &env->as, NULL},
	    {"password-file", &env->password_file, NULL},
	};
	const struct cmd_option *all[OPTIONS_MAX + 3];
	size_t n = 0;
	enum status st = ST_OK;
	int c, at;

	for (size_t i = 0; i < count && i < OPTIONS_MAX; i++)
		all[n++] = &options[i];
	for (size_t i = 0; i < 3; i++)
		all[n++] = &common[i];
	for (size_t i = 0; i < n; i++)
		longs[i] =
		    (struct option){all[i]->name, all[i]->value ? required_argument : no_argument,
				    NULL, 'A' + (int)i};
	optind = 1;
	opterr = 0;
	while (!st && (c = getopt_long(*argc, *argv, "o:", longs, &at)) != -1) {
		const struct cmd_option *o = NULL;

		for (size_t i = 0; i < n && !o; i++)
			if (c == 'A' + (int)i || (c == 'o' && strcmp(all[i]->name, "output") == 0))
				o = all[i];
		if (!o)
			return unknown_option(*argv);
		st = take_option(o);
	}
	if (st)
		return st;
	*argc -= optind;
	*argv += optind;
	return ST_OK;
}

enum status cmd_words(const char *command, int argc, int least, int most)
{
	if (argc >= least && argc <= most)
		return ST_OK;
	return fail(ST_USAGE, "指定が%sです。karte %s --help を見てください",
		    argc < least ? "足りないよう" : "多いよう", command);
}

static enum status ask_terminal(struct buf *secret)
{
	struct termios old, quiet;
	char line[PASSWORD_MAX_BYTES];

	if (!isatty(STDIN_FILENO) || tcgetattr(STDIN_FILENO, &old) < 0)
		return fail(ST_USAGE, "パスワードは、端末か --password-file で渡してください");
	quiet = old;
	quiet.c_lflag &= (tcflag_t)~ECHO;
	fputs("パスワード: ", stderr);
	tcsetattr(STDIN_FILENO, TCSAFLUSH, &quiet);
	if (!fgets(line, sizeof line, stdin))
		line[0] = '\0';
	tcsetattr(STDIN_FILENO, TCSAFLUSH, &old);
	fputc('\n', stderr);
	buf_adds(secret, line);
	explicit_bzero(line, sizeof line);
	return ST_OK;
}

enum status cmd_password(const char *path, struct buf *secret)
{
	enum status st = path ? file_read(path, secret) : ask_terminal(secret);
	struct span rest, line;

	if (st)
		return st;
	rest = buf_span(secret);
	line = span_cut(&rest, '\n');
	if (line.n && line.p[line.n - 1] == '\r')
		line.n--;
	buf_cut(secret, line.n);
	return secret->len ? ST_OK : fail(ST_USAGE, "パスワードが空です");
}

enum status cmd_sheet_name(const char *text, struct span *type, struct span *id)
{
	struct span rest = span_of(text);

	*type = span_cut(&rest, '/');
	*id = rest;
	if (!path_id(*type) || !path_id(*id))
		return fail(ST_USAGE, "シートは kyoiku-shien/2026 の形で指定してください: %s",
			    text);
	return ST_OK;
}
