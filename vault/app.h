/*
 * The open parts of a vault, handed to everything above: one struct, opened once, in one place.
 */
#ifndef KARTE_APP_H
#define KARTE_APP_H

#include "vault/conf.h"

struct account;
struct alerts;
struct cache;
struct db;
struct fonts;
struct growth_tables;
struct journal;
struct keys;
struct phrases;
struct print_style;
struct proof_work;
struct rate;
struct store;
struct theme;
struct trace;
struct types;
struct witnesses;
struct words;

enum { APP_HOST_FPR = 41, APP_CSRF_KEY = 32 };

struct app {
	char dir[PATH_MAX];
	struct conf conf;
	struct db *db;
	struct store *store;
	struct keys *keys;
	struct journal *journal;
	struct trace *trace; /* index of the journal; NULL: it cannot be written */
	struct witnesses *witnesses;
	struct types *types;
	char types_at[41]; /* the registry's version that is known to have them (types_record) */
	struct growth_tables *growth; /* NULL: the content has no tables */
	struct theme *theme;	      /* with APP_RENDER */
	struct words *words;	      /* with APP_RENDER: explained, and how they are read */
	struct print_style *style;    /* with APP_RENDER */
	struct fonts *fonts;	      /* with APP_RENDER */
	struct phrases *phrases;      /* with APP_RENDER */
	struct rate *reads;	      /* with APP_RENDER: of the journal by anybody */
	struct rate *asks;	      /* with APP_RENDER: whether a print is genuine */
	struct cache *cache;	      /* with APP_RENDER: rendered pages and PDFs */
	struct proof_work *proof;     /* the proof that runs in the background */
	struct alerts *alerts;	      /* with APP_RENDER: rules, and what is counted */
	char host_key[APP_HOST_FPR];  /* fingerprint of the vault's own signing key */
	unsigned char csrf_key[APP_CSRF_KEY]; /* with APP_RENDER: of forms; in vault.db */
	unsigned char boot_key[APP_CSRF_KEY]; /* with APP_RENDER: another at every start, for what
						 is good once and remembered in memory only */
};

enum app_parts {
	APP_DATA,    /* what commands need */
	APP_RENDER,  /* theme, fonts and cache too: what the server needs */
	APP_INSPECT, /* as APP_DATA, but the journal is opened for reading, however broken it is */
};

/*
 * Opens the vault in dir.  ST_NOTFOUND if it is none, ST_CONFIG with problems for a wrong
 * karte.yaml, type or theme.  Close with app_close (NULL does nothing).
 */
enum status app_open(struct app **out, const char *dir, enum app_parts parts, struct problems *ps);
void app_close(struct app *app);

/* The path of a file or folder of the vault; out is emptied first. */
void app_path(const struct app *app, const char *name, struct buf *out);

#endif
