/* A witness of other vaults, for a machine in other hands: it needs no vault of its own. */
#include "vault/journal/witness.h"

#include "generator/base/day.h"
#include "generator/base/file.h"
#include "generator/base/json.h"
#include "vault/cmd/cmd.h"
#include "vault/http/route.h"
#include "vault/http/server.h"
#include "vault/http/tls.h"

#include <limits.h>
#include <malloc.h>
#include <signal.h>
#include <stdio.h>
#include <time.h>

static const char plain_text[] = "text/plain; charset=utf-8";

/* ---- serving -------------------------------------------------------------------------------- */

enum resource { ADD, NEWEST };
static const struct witness_route {
	struct route route;
	enum resource what;
} routes[] = {
    {{M_POST, "/add-checkpoint"}, ADD},
    {{M_GET, "/:hash/checkpoint"}, NEWEST},
};

static void say(struct response *res, int status, const char *why)
{
	buf_cut(&res->body, 0);
	buf_addf(&res->body, "%s\n", why);
	res->status = status;
	res->type = plain_text;
}

static void add(struct witness *w, const struct request *req, struct response *res)
{
	struct buf out;
	int status;

	buf_init(&out, NOTE_MAX);
	status = witness_add_checkpoint(w, req->body, req->now, &out);
	if (status == 200 || status == 409) {
		buf_addspan(&res->body, buf_span(&out));
		res->status = status;
		res->type = status == 200 ? plain_text : "text/x.tlog.size";
	} else {
		say(res, status, fail_why());
	}
	if (status != 200)
		fprintf(stderr, "karte: witness: request %s of %s: %d: %s\n", req->id, req->peer,
			status, fail_why());
	buf_clear(&out);
}

static void newest(struct witness *w, struct span hash, struct response *res)
{
	enum status st = witness_checkpoint(w, hash, &res->body);

	if (st) {
		say(res, st == ST_NOTFOUND ? 404 : 503, fail_why());
		return;
	}
	res->status = 200;
	res->type = plain_text;
}

static void answer(void *ctx, const struct request *req, struct response *res)
{
	struct params params;
	unsigned allowed;
	size_t row;

	if (req->refused) {
		say(res, req->refused, "refused");
		return;
	}
	switch (route_find(routes, sizeof routes / sizeof *routes, sizeof *routes, req->method,
			   req->path, &row, &params, &allowed)) {
	case ROUTE_FOUND:
		if (routes[row].what == ADD)
			add(ctx, req, res);
		else
			newest(ctx, param(&params, "hash"), res);
		return;
	case ROUTE_NO_METHOD:
		say(res, 405, "method not allowed");
		response_header(res, "Allow", route_allow(allowed));
		return;
	default:
		say(res, 404, "not found");
	}
}

static enum status read_pem(const char *dir, const char *name, struct buf *out)
{
	char path[PATH_MAX];

	snprintf(path, sizeof path, "%.4000s/tls/%s", dir, name);
	return file_read(path, out);
}

static enum status run(struct witness *w, const struct server_options *o, const sigset_t *ends)
{
	struct server *server = NULL;
	bool v6 = strchr(o->address, ':') != NULL;
	enum status st = server_start(&server, o, answer, w);

	if (st)
		return st;
	printf("%s://%s%s%s:%u\n", o->plain ? "http" : "https", v6 ? "[" : "", o->address,
	       v6 ? "]" : "", server_port(server));
	fflush(stdout);
	while (sigwaitinfo(ends, NULL) < 0)
		;
	server_stop(server);
	return ST_OK;
}

static enum status serve(const char *dir, const char *listen, bool plain)
{
	struct server_options o = {.plain = plain,
				   .any_type = true,
				   .body_max = ADD_MAX,
				   .threads = 8,
				   .connections = 200};
	struct witness *w = NULL;
	char address[64];
	struct buf cert, key;
	sigset_t ends;
	enum status st = ST_OK;

	mallopt(M_ARENA_MAX, 4);
	sigemptyset(&ends);
	sigaddset(&ends, SIGTERM);
	sigaddset(&ends, SIGINT);
	sigaddset(&ends, SIGHUP);
	sigprocmask(SIG_BLOCK, &ends, NULL);
	buf_init(&cert, 256 * 1024);
	buf_init_secret(&key, 64 * 1024);
	if (!conf_listen(span_of(listen), address, &o.port))
		st = fail(ST_USAGE, "--listen は 127.0.0.1:8444 の形で書いてください");
	o.address = address;
	if (!st)
		st = witness_open(&w, dir);
	if (!st && !plain)
		st = read_pem(dir, "cert.pem", &cert);
	if (!st && !plain)
		st = read_pem(dir, "key.pem", &key);
	o.cert = buf_str(&cert);
	o.key = buf_str(&key);
	if (!st)
		st = run(w, &o, &ends);
	witness_close(w);
	buf_clear(&cert);
	buf_clear(&key);
	return st;
}

/* ---- the others ----------------------------------------------------------------------------- */

static enum status init(const char *dir, const char *name, const char *hostname)
{
	char cert[PATH_MAX], key[PATH_MAX];
	struct witness *w = NULL;
	enum status st;

	if (!name)
		return fail(ST_USAGE, "--name に、立会人の名前（例 witness.example.jp/karte）を"
				      "書いてください");
	st = witness_create(dir, span_of(name));
	if (st)
		return st;
	snprintf(cert, sizeof cert, "%.4000s/tls", dir);
	st = file_mkdirs(cert);
	snprintf(cert, sizeof cert, "%.4000s/tls/cert.pem", dir);
	snprintf(key, sizeof key, "%.4000s/tls/key.pem", dir);
	if (!st)
		st = tls_self_signed(cert, key, hostname ? hostname : "localhost",
				     (int64_t)time(NULL));
	if (!st)
		st = witness_open(&w, dir);
	if (!st)
		puts(witness_vkey(w));
	witness_close(w);
	return st;
}

static void show_json(const struct witnessed *l, const char *root, const char *time)
{
	struct buf out;

	buf_init(&out, 4096);
	json_open(&out);
	json_pair(&out, "origin", span_of(l->origin));
	json_key(&out, "size");
	json_int(&out, (long long)l->c.size);
	json_pair(&out, "root", span_of(root));
	json_pair(&out, "time", l->time ? span_of(time) : SPAN_NONE);
	json_key(&out, "refused");
	json_int(&out, (long long)l->refused);
	json_close(&out);
	puts(buf_str(&out));
	buf_clear(&out);
}

static void show_one(void *ctx, const struct witnessed *l)
{
	const struct cmd_env *env = ctx;
	char time[DAY_TEXT] = "まだありません";
	struct buf root;

	buf_init(&root, 256);
	buf_addhex(&root, l->c.root.b, sizeof l->c.root.b);
	if (l->time && env->json)
		time_utc(l->time, time);
	else if (l->time)
		time_jst(l->time, time);
	if (env->json)
		show_json(l, buf_str(&root), time);
	else
		printf("%s\n  記録 %llu 件、はじめの12桁 %.12s\n  最後に署名した日時 %s\n"
		       "  断った要求（証拠） %u 件\n",
		       l->origin, (unsigned long long)l->c.size, buf_str(&root), time, l->refused);
	buf_clear(&root);
}

static enum status with_witness(struct cmd_env *env, const char *dir, const char *vkey)
{
	struct witness *w = NULL;
	enum status st = witness_open(&w, dir);

	if (!st && vkey)
		st = witness_add_log(w, span_of(vkey));
	if (!st && !vkey) {
		if (!env->json)
			printf("%s\n", witness_vkey(w));
		st = witness_each(w, show_one, env);
	}
	witness_close(w);
	return st;
}

enum status cmd_witness(struct cmd_env *env, int argc, char **argv)
{
	const char *name = NULL, *hostname = NULL, *listen = "127.0.0.1:8444", *what;
	bool plain = false;
	const struct cmd_option options[] = {{"name", &name, NULL},
					     {"hostname", &hostname, NULL},
					     {"listen", &listen, NULL},
					     {"plain", NULL, &plain}};
	enum status st = cmd_options(env, options, 4, &argc, &argv);

	if (!st)
		st = cmd_words("witness", argc, 2, 3);
	if (st)
		return st;
	what = argv[0];
	if (argc == (strcmp(what, "add-log") ? 2 : 3)) {
		if (strcmp(what, "init") == 0)
			return init(argv[1], name, hostname);
		if (strcmp(what, "add-log") == 0)
			return with_witness(env, argv[1], argv[2]);
		if (strcmp(what, "serve") == 0)
			return serve(argv[1], listen, plain);
		if (strcmp(what, "show") == 0)
			return with_witness(env, argv[1], NULL);
	}
	return fail(ST_USAGE, "わからない指定です: %s", what);
}
