#include "vault/app.h"

#include "generator/base/file.h"
#include "generator/base/path.h"
#include "generator/growth/growth.h"
#include "generator/render/print.h"
#include "generator/render/theme.h"
#include "generator/render/words.h"
#include "generator/sheet/phrases.h"
#include "generator/sheet/type.h"
#include "vault/auth/csrf.h"
#include "vault/db/db.h"
#include "vault/db/draft.h"
#include "vault/db/trace.h"
#include "vault/flow/alerts.h"
#include "vault/flow/cache.h"
#include "vault/flow/proof_runs.h"
#include "vault/flow/witnesses.h"
#include "vault/http/rate.h"
#include "vault/journal/journal.h"
#include "vault/store/sign.h"
#include "vault/store/store.h"

#include <stdlib.h>

enum {
	CACHE_BYTES = 8 * 1024 * 1024,
	/* of one address: a monitor that begins with a large log, and a school with one address
	   whose parents look at their papers */
	READS_BURST = 4000,
	READS_A_MINUTE = 3000,
	ASKS_BURST = 100,
	ASKS_A_MINUTE = 60,
};

_Static_assert((int)APP_HOST_FPR == (int)FPR_HEX && (int)APP_CSRF_KEY == (int)CSRF_KEY_LEN,
	       "sizes of app.h");

void app_path(const struct app *app, const char *name, struct buf *out)
{
	path_join(out, app->dir, name);
}

/* The vault's own key: its fingerprint stands in a file beside the keyring. */
static enum status read_host_key(struct app *app)
{
	struct buf path, text;
	enum status st;

	buf_init(&path, PATH_MAX);
	buf_init(&text, 256);
	app_path(app, "gnupg/vault-key", &path);
	st = file_read(buf_str(&path), &text);
	if (!st && !span_copy(span_trim(buf_span(&text)), app->host_key, sizeof app->host_key))
		st = fail(ST_CONFIG, "%s is not a fingerprint", buf_str(&path));
	buf_clear(&path);
	buf_clear(&text);
	return st;
}

/* Older content has no tables: then charts have no curves. */
static enum status open_growth(struct app *app, struct problems *ps)
{
	struct buf path;
	enum status st;

	buf_init(&path, PATH_MAX);
	path_join(&path, app->conf.content, "masters/growth");
	st = growth_tables_load(&app->growth, buf_str(&path), ps);
	buf_clear(&path);
	return st == ST_NOTFOUND ? ST_OK : st;
}

static enum status open_data(struct app *app, enum app_parts parts, struct problems *ps)
{
	struct buf path, forms;
	enum status st;

	buf_init(&path, PATH_MAX);
	buf_init(&forms, PATH_MAX);
	path_join(&path, app->conf.content, "types");
	app_path(app, "forms", &forms);
	st = forms.st ? forms.st : types_load_as(&app->types, buf_str(&path), buf_str(&forms), ps);
	buf_clear(&forms);
	if (st == ST_INVALID)
		st = fail(ST_CONFIG, "a sheet type in %s is wrong", buf_str(&path));
	if (!st)
		st = open_growth(app, ps);
	if (!st)
		st = store_open(&app->store, app->dir);
	app_path(app, "gnupg", &path);
	if (!st)
		st = keys_open(&app->keys, buf_str(&path));
	if (!st)
		st = read_host_key(app);
	app_path(app, "journal", &path);
	if (!st)
		st = journal_open(&app->journal, buf_str(&path),
				  parts == APP_INSPECT ? JOURNAL_READ : JOURNAL_WRITE);
	if (!st)
		st = witnesses_open(&app->witnesses, &app->conf);
	if (!st)
		st = db_open(&app->db, app->dir);
	if (!st) /* searching is slow without it, and nothing is wrong */
		trace_open(&app->trace, app->dir);
	buf_clear(&path);
	return st;
}

static enum status open_words(struct app *app, struct problems *ps)
{
	struct buf path;
	enum status st;

	buf_init(&path, PATH_MAX);
	path_join(&path, app->conf.content, "masters");
	st = words_load(&app->words, buf_str(&path), ps);
	if (st == ST_INVALID)
		st = fail(ST_CONFIG, "a list of words in %s is wrong", buf_str(&path));
	buf_clear(&path);
	return st;
}

/* That of forms stays the same, so that a form that was open when the server was restarted
   can still be sent. */
static enum status form_key(struct app *app)
{
	unsigned char fresh[APP_CSRF_KEY];
	enum status st;

	csrf_key_new(app->boot_key);
	csrf_key_new(fresh);
	st =
	    vault_key(app->db, "form", span_make((const char *)fresh, sizeof fresh), app->csrf_key);
	explicit_bzero(fresh, sizeof fresh);
	return st;
}

static enum status open_render(struct app *app, struct problems *ps)
{
	enum status st = theme_load(&app->theme, app->conf.theme, ps);

	if (!st)
		st = open_words(app, ps);
	if (!st)
		st = print_style_load(&app->style, app->conf.theme, ps);
	if (st == ST_INVALID)
		st = fail(ST_CONFIG, "the theme in %s is wrong", app->conf.theme);
	if (!st)
		st = phrases_load(&app->phrases, app->conf.content, ps);
	if (st == ST_INVALID)
		st = fail(ST_CONFIG, "the phrases in %s are wrong", app->conf.content);
	if (!st)
		st = alerts_new(&app->alerts, app->conf.content, app->dir, ps);
	if (!st)
		st = print_fonts_open(&app->fonts, app->style);
	if (!st)
		st = cache_new(&app->cache, CACHE_BYTES);
	if (!st)
		st = rate_new(&app->reads, READS_BURST, READS_A_MINUTE);
	if (!st)
		st = rate_new(&app->asks, ASKS_BURST, ASKS_A_MINUTE);
	if (!st)
		st = form_key(app);
	return st;
}

enum status app_open(struct app **out, const char *dir, enum app_parts parts, struct problems *ps)
{
	struct app *app = calloc(1, sizeof *app);
	enum status st;

	*out = NULL;
	if (!app)
		return fail(ST_NOMEM, "no memory for the vault");
	if (!realpath(dir, app->dir)) {
		free(app);
		return fail(ST_NOTFOUND, "%s: no such folder", dir);
	}
	st = conf_load(&app->conf, app->dir, ps);
	if (!st)
		st = proof_work_new(app);
	if (!st)
		st = open_data(app, parts, ps);
	if (!st && parts == APP_RENDER)
		st = open_render(app, ps);
	if (st) {
		app_close(app);
		return st;
	}
	*out = app;
	return ST_OK;
}

void app_close(struct app *app)
{
	if (!app)
		return;
	proof_work_end(app);
	rate_free(app->reads);
	rate_free(app->asks);
	alerts_free(app->alerts);
	cache_free(app->cache);
	fonts_free(app->fonts);
	phrases_free(app->phrases);
	print_style_free(app->style);
	theme_free(app->theme);
	words_free(app->words);
	trace_close(app->trace);
	db_close(app->db);
	witnesses_close(app->witnesses);
	journal_close(app->journal);
	keys_close(app->keys);
	store_close(app->store);
	types_free(app->types);
	growth_tables_free(app->growth);
	explicit_bzero(app->csrf_key, sizeof app->csrf_key);
	explicit_bzero(app->boot_key, sizeof app->boot_key);
	free(app);
}
