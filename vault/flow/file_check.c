#include "vault/flow/files.h"

#include "vault/flow/note.h"
#include "vault/scan/child.h"
#include "vault/scan/clamd.h"

#include <stdio.h>
#include <unistd.h>

static enum status refuse_kind(enum kind_refusal r)
{
	switch (r) {
	case KIND_EMPTY:
		return fail(ST_INVALID, "ファイルが空です");
	case KIND_LOCKED:
		return fail(ST_INVALID, "パスワード付きのファイルは受け付けられません");
	case KIND_MACRO:
		return fail(ST_INVALID, "マクロ（プログラム）の入ったファイルは受け付けられません");
	case KIND_BOMB:
		return fail(ST_INVALID, "ファイルの中身が大きすぎます");
	case KIND_TROUBLE:
		return ST_IO;
	default:
		return fail(ST_INVALID,
			    "PDF・Word・Excel・PowerPoint・OpenDocument・画像（JPEG、PNG、"
			    "WebP、HEIC）・テキスト（TXT、CSV）を選んでください");
	}
}

static enum status tell_virus(struct app *app, const struct question *q, const char *virus)
{
	struct note n = {
	    .class = "access",
	    .event = "file.virus",
	    .who = q->who,
	    .child = q->child,
	    .object = span_of(virus),
	    .decision = "deny",
	    .reason = "virus",
	    .request = q->request,
	};
	enum status st = note_add(app, &n);

	fprintf(stderr, "karte: alert: %s in a file of %s, request %s\n", virus,
		q->who ? q->who->id : "nobody", q->request);
	return st ? st : fail(ST_INVALID, "ウイルスが見つかったため 保存しませんでした");
}

static enum status scan(struct checked *c, struct app *app, const struct question *q)
{
	char virus[CLAMD_NAME];

	if (strcmp(app->conf.scan, "off") == 0)
		return ST_OK;
	switch (clamd_scan(app->conf.clamd, c->fd, c->bytes, CLAMD_SECONDS, virus)) {
	case SCAN_CLEAN:
		return ST_OK;
	case SCAN_FOUND:
		return tell_virus(app, q, virus);
	default:
		fprintf(stderr, "karte: a file waits for its scan: %s\n", fail_why());
		c->waits = true;
		return ST_OK;
	}
}

/* The name gets the end of what the picture has become. */
static enum status new_end(struct checked *c, const struct kind *k)
{
	struct span end = span_of(k->saved_as);
	const char *dot = strrchr(c->name, '.');
	size_t stem = (size_t)(dot - c->name);

	end = span_cut(&end, '[');
	if (strcmp(k->type, "image/jpeg") == 0 || span_is(end, dot))
		return ST_OK;
	while (stem + end.n >= sizeof c->name)
		stem--;
	snprintf(c->name + stem, sizeof c->name - stem, "%.*s", SPAN_ARG(end));
	c->kind = kind_of_type(SPAN("image/jpeg"));
	return ST_OK;
}

/*
 * Written anew by another program: turned as the camera was held, at most 4000 points a side,
 * without the place and the device that took it, without whatever else was hidden in it.
 */
static enum status redraw(struct checked *c, struct app *app)
{
	const struct kind *k = c->kind;
	const char *const argv[] = {
	    "/usr/bin/vipsthumbnail", "stdin", "-s", "4000x4000>", "-o", k->saved_as, NULL};
	struct buf folder;
	size_t bytes, max = (size_t)app->conf.file_max * 2 * 1024 * 1024;
	enum status st;
	int fd;

	buf_init(&folder, PATH_MAX);
	app_path(app, "incoming", &folder);
	st = child_run(argv, c->fd, buf_str(&folder), max, &fd, &bytes);
	buf_clear(&folder);
	if (st == ST_INVALID)
		return fail(ST_INVALID, "画像を読めませんでした。別の形で保存して、もう一度"
					"選んでください");
	if (st)
		return st;
	c->fd = fd;
	c->bytes = bytes;
	c->made = true;
	return new_end(c, k);
}

static enum status clean_name(struct checked *c, struct span sent)
{
	struct buf name;
	enum status st;

	buf_init(&name, FILE_NAME - 1);
	st = kind_clean_name(sent, &name);
	if (st || !span_copy(buf_span(&name), c->name, sizeof c->name))
		st = fail(ST_INVALID, "ファイルの名前を読めません");
	buf_clear(&name);
	return st;
}

/* What is said beside a file has its own name. */
static void keep_apart(struct checked *c)
{
	if (strcmp(c->name, "meta.md") == 0)
		c->name[0] = '_';
}

enum status file_check(struct checked *out, struct app *app, const struct question *q,
		       const struct upload *u)
{
	enum kind_refusal r;
	enum status st;

	*out = (struct checked){.fd = u->fd, .bytes = u->bytes};
	if (u->toobig || u->bytes > (size_t)app->conf.file_max * 1024 * 1024)
		return fail(ST_INVALID, "ファイルは%dMBまでです", app->conf.file_max);
	st = clean_name(out, u->name);
	if (st)
		return st;
	keep_apart(out);
	r = kind_of(u->fd, u->bytes, span_of(out->name), &out->kind);
	if (r != KIND_TAKEN)
		return refuse_kind(r);
	st = scan(out, app, q);
	if (!st && !out->waits && out->kind->class == KIND_PICTURE)
		st = redraw(out, app);
	return st;
}

void checked_clear(struct checked *c)
{
	if (c->made)
		close(c->fd);
	c->made = false;
}
