#include "generator/base/file.h"
#include "vault/cmd/cmd.h"
#include "vault/flow/chores.h"
#include "vault/flow/files.h"
#include "vault/flow/known.h"
#include "vault/flow/note.h"
#include "vault/flow/recover.h"
#include "vault/flow/removal.h"
#include "vault/flow/types_record.h"
#include "vault/http/server.h"
#include "vault/page/page.h"

#include <malloc.h>
#include <signal.h>
#include <stdio.h>
#include <time.h>

static enum status read_pem(const struct app *app, const char *name, struct buf *out)
{
	struct buf path;
	enum status st;

	buf_init(&path, PATH_MAX);
	app_path(app, name, &path);
	st = file_read(buf_str(&path), out);
	buf_clear(&path);
	return st;
}

static enum status note_system(struct app *app, const char *event)
{
	struct actor operator;
	struct note n = {.class = "system", .event = event, .decision = "allow", .reason = ""};

	actor_operator(&operator, app);
	n.who = &operator.account;
	n.request = operator.request;
	return note_add(app, &n);
}

/* Until a signal says stop; meanwhile the chores are done. */
static enum status wait_for_end(struct app *app, const sigset_t *ends)
{
	struct chores *chores = NULL;
	enum status st = chores_start(&chores, app);

	while (!st && sigwaitinfo(ends, NULL) < 0)
		;
	chores_stop(chores);
	return st;
}

static enum status listen_and_serve(struct cmd_env *env, const char *listen, const sigset_t *ends)
{
	struct app *app = env->app;
	static const char *const types[] = {"application/x-www-form-urlencoded",
					    "multipart/form-data",
					    "application/x-git-upload-pack-request", NULL};
	struct server_options options = {.types = types,
					 .proxies = app->conf.proxies,
					 .prompt = page_prompt,
					 .broken = page_broken,
					 .plan = page_plan,
					 .threads = (unsigned)app->conf.threads,
					 .connections = (unsigned)app->conf.connections};
	struct server *server = NULL;
	char address[64];
	struct buf cert, key, incoming;
	enum status st = files_folders(app);

	buf_init(&incoming, PATH_MAX);
	app_path(app, "incoming", &incoming);
	buf_init(&cert, 256 * 1024);
	buf_init_secret(&key, 64 * 1024);
	if (!st && !conf_listen(span_of(listen), address, &options.port))
		st = fail(ST_USAGE, "--listen は 127.0.0.1:8443 の形で書いてください");
	if (!st)
		st = read_pem(app, "tls/cert.pem", &cert);
	if (!st)
		st = read_pem(app, "tls/key.pem", &key);
	options.address = address;
	options.incoming = buf_str(&incoming);
	options.cert = buf_str(&cert);
	options.key = buf_str(&key);
	if (!st)
		st = server_start(&server, &options, page_answer, app);
	if (!st)
		st = note_system(app, "start");
	if (!st) {
		bool v6 = strchr(address, ':') != NULL;
		printf("https://%s%s%s:%u\n", v6 ? "[" : "", address, v6 ? "]" : "",
		       server_port(server));
		fflush(stdout);
		st = wait_for_end(app, ends);
	}
	server_stop(server);
	if (!st)
		st = note_system(app, "stop");
	buf_clear(&cert);
	buf_clear(&key);
	buf_clear(&incoming);
	return st;
}

enum status cmd_serve(struct cmd_env *env, int argc, char **argv)
{
	const char *listen = NULL;
	struct known_ask ask = {.known = NULL};
	struct known_gaps gaps;
	const struct cmd_option options[] = {{"listen", &listen, NULL},
					     {"known", &ask.known, NULL},
					     {"accept-older", &ask.accept, NULL}};
	sigset_t ends;
	enum status st = cmd_options(env, options, 3, &argc, &argv);

	/* Many threads: few arenas keep the memory small.  Blocked signals are inherited by all. */
	mallopt(M_ARENA_MAX, 4);
	sigemptyset(&ends);
	sigaddset(&ends, SIGTERM);
	sigaddset(&ends, SIGINT);
	sigaddset(&ends, SIGHUP);
	sigprocmask(SIG_BLOCK, &ends, NULL);
	if (!st)
		st = cmd_words("serve", argc, 0, 0);
	if (!st)
		st = cmd_open(env, APP_RENDER);
	if (!st)
		st = known_guard(env->app, &ask, &gaps);
	if (!st)
		st = removal_resume(env->app);
	if (!st)
		st = recover(env->app);
	if (!st && gaps.count)
		st = known_record(env->app, &gaps, ask.accept);
	if (!st)
		st = types_record(env->app);
	if (!st)
		st = listen_and_serve(env, listen ? listen : env->app->conf.listen, &ends);
	return st;
}
