/* karte: reads the options that stand before the command, finds the command, reports its end. */
#include "vault/cmd/cmd.h"

#include <locale.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/stat.h>

#ifndef KARTE_VERSION
#define KARTE_VERSION "0"
#endif

static void print_usage_of(FILE *out, const struct cmd *c)
{
	struct span rest = span_of(c->usage);

	do {
		struct span form = span_cut(&rest, '\n');
		fprintf(out, "karte [-C VAULT] %s %.*s\n", c->name, SPAN_ARG(form));
	} while (rest.p);
}

static void print_help(FILE *out)
{
	fputs("使い方: karte [-C VAULT] COMMAND …\n\n"
	      "  -C VAULT    保管庫のフォルダ（KARTE_VAULT でも指定できます）\n"
	      "  --version   版\n  --help      この説明。COMMAND --help で、それぞれの説明\n\n",
	      out);
	for (size_t i = 0; i < cmd_count; i++)
		fprintf(out, "  %-12s %s\n", cmd_table[i].name, cmd_table[i].what);
	fputs("\nくわしくは man karte をご覧ください。\n", out);
}

static const struct cmd *find(const char *name)
{
	for (size_t i = 0; i < cmd_count; i++)
		if (strcmp(cmd_table[i].name, name) == 0)
			return &cmd_table[i];
	return NULL;
}

static bool wants_help(int argc, char **argv)
{
	for (int i = 1; i < argc && strcmp(argv[i], "--") != 0; i++)
		if (strcmp(argv[i], "--help") == 0 || strcmp(argv[i], "-h") == 0)
			return true;
	return false;
}

static int run(const struct cmd *c, struct cmd_env *env, int argc, char **argv)
{
	enum status st;

	if (wants_help(argc, argv)) {
		printf("%s\n\n", c->what);
		print_usage_of(stdout, c);
		return 0;
	}
	problems_init(&env->problems);
	st = c->run(env, argc, argv);
	cmd_print_problems(env);
	if (st)
		fprintf(stderr, "karte: %s: %s\n", c->name, fail_why());
	if (st == ST_USAGE)
		print_usage_of(stderr, c);
	cmd_close(env);
	if (fflush(stdout) == EOF && !st) {
		fprintf(stderr, "karte: %s: cannot write the output\n", c->name);
		return status_exit(ST_IO);
	}
	return status_exit(st);
}

/* No core dumps: memory holds names and keys.  A write to a closed pipe is an error, not a death;
   so is a file that grows over a limit. */
static void calm_process(void)
{
	setrlimit(RLIMIT_CORE, &(struct rlimit){0, 0});
	signal(SIGPIPE, SIG_IGN);
	signal(SIGXFSZ, SIG_IGN);
	umask(077);
	setlocale(LC_CTYPE, "C.UTF-8");
}

int main(int argc, char **argv)
{
	struct cmd_env env = {.vault = getenv("KARTE_VAULT")};
	const struct cmd *c;
	int at = 1;

	calm_process();
	if (env.vault && !*env.vault)
		env.vault = NULL;
	for (; at < argc && argv[at][0] == '-'; at++) {
		if (strcmp(argv[at], "-C") == 0 && at + 1 < argc) {
			env.vault = argv[++at];
		} else if (strcmp(argv[at], "--help") == 0 || strcmp(argv[at], "-h") == 0) {
			print_help(stdout);
			return 0;
		} else if (strcmp(argv[at], "--version") == 0) {
			puts("karte " KARTE_VERSION);
			return 0;
		} else {
			fprintf(stderr, "karte: わからない指定です: %s\n", argv[at]);
			return status_exit(ST_USAGE);
		}
	}
	if (at == argc) {
		print_help(stderr);
		return status_exit(ST_USAGE);
	}
	c = find(argv[at]);
	if (!c) {
		fprintf(stderr, "karte: %s という命令はありません。karte --help を見てください\n",
			argv[at]);
		return status_exit(ST_USAGE);
	}
	return run(c, &env, argc - at, argv + at);
}
