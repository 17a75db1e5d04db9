/* karte.yaml: what an operator may set.  Every key is described in karte.yaml(5). */
#ifndef KARTE_CONF_H
#define KARTE_CONF_H

#include "generator/base/buf.h"
#include "generator/base/status.h"
#include "generator/sheet/problem.h"

#include <limits.h>

enum { CONF_TEXT = 256, CONF_LIST = 1024, CONF_WITNESSES = 8, CONF_VKEY = 320 };

/* Somebody else's program that cosigns our checkpoints (C2SP tlog-witness). */
struct conf_witness {
	char url[CONF_TEXT];  /* of its submission and monitoring prefix, without "/" at the end */
	char vkey[CONF_VKEY]; /* its verifier key: NAME+ID+KEY */
	char ca[PATH_MAX];    /* PEM file of who may vouch for its address; "": the system's */
};

struct conf {
	char hostname[CONF_TEXT]; /* of the vault: in addresses of commits, of verify links */
	char listen[CONF_TEXT];	  /* ADDRESS:PORT */
	char url[CONF_TEXT];	  /* how people reach it: https://HOST[:PORT] */
	char content[PATH_MAX];	  /* folder with types/ and pages/ */
	char theme[PATH_MAX];	  /* folder of the theme */
	char proxies[CONF_TEXT];  /* whose X-Forwarded-For is believed, see proxies_read() */
	int session_idle;	  /* seconds without a request after which a session ends */
	int session_max;	  /* seconds after which it ends in any case */
	int threads;		  /* requests answered at the same moment */
	int connections;	  /* clients at a time */
	char scan[CONF_TEXT];	  /* "clamd", or "off": files are taken unscanned */
	char clamd[CONF_TEXT];	  /* path of its UNIX socket */
	int file_max;		  /* MiB of one file */
	int release_delay;	  /* seconds in which a confirmed release can be stopped */
	/* months for which the journal keeps the records of a class */
	int keep_read, keep_access, keep_session, keep_admin;
	char keep_outside[CONF_TEXT]; /* folder into which months go before they end; "": none */
	char keep_outside_key[CONF_TEXT]; /* file of the OpenPGP key they are encrypted to */
	struct conf_witness witness[CONF_WITNESSES];
	int witnesses;			/* how many of them there are */
	int witness_every;		/* seconds between two checkpoints to the same witness */
	char witness_required[8];	/* "true": no start without an answer of each, or "false" */
	char checkpoint_copy[PATH_MAX]; /* a file outside the vault; "": none */
	int retention_years;		/* of a child, after the end of the last stay */
	int retention_age;		/* and not before this age */
	int retention_wait;		/* seconds in which a confirmed removal can be stopped */
	char backup[PATH_MAX];		/* folder of the daily backups; "": none */
	char backup_time[CONF_TEXT];	/* HH:MM in Japan */
	int backup_keep;		/* so many stay */
	char mail_server[CONF_TEXT];	/* smtp://HOST[:PORT], smtps://…; "": no mail is sent */
	char mail_user[CONF_TEXT];	/* "": without signing in */
	char mail_password_file[PATH_MAX]; /* its first line */
	char mail_ca[PATH_MAX];		   /* whom to trust; "": the system's */
	char mail_from[CONF_TEXT];
	char mail_notice[CONF_LIST], mail_warning[CONF_LIST], mail_severe[CONF_LIST];
	char checkpoint_mail[CONF_LIST]; /* who gets the checkpoint of the day */
	char stamper[CONF_TEXT];	 /* address of an RFC 3161 time stamper; "": none */
	char stamper_ca[PATH_MAX];	 /* the certificates that it is checked by */
	int disk_warn, disk_fail;	 /* percent that should be free */
	int backup_age; /* seconds after which a backup is late; 0: not looked at */
};

/* The defaults; content and theme are those installed beside this program. */
void conf_default(struct conf *c);

/*
 * Reads DIR/karte.yaml over the defaults.  ST_CONFIG with problems (file, line, column) for an
 * unknown key or a value out of range, ST_NOTFOUND if the folder is no vault.
 */
enum status conf_load(struct conf *c, const char *dir, struct problems *ps);

/* The file for a new vault: every key with its value and a line that says what it is. */
void conf_write(const struct conf *c, struct buf *out);

/* "02:30" as minutes after midnight. */
bool conf_clock(struct span text, unsigned *minutes);

/* Splits "127.0.0.1:8443" or "[::1]:8443"; false if it is neither. */
bool conf_listen(struct span text, char address[static 64], unsigned *port);

#endif
