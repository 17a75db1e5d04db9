#include "vault/db/schema.h"

/*
 * index.db: what the repositories say, in a form that can be searched.  Made again by
 * `karte reindex`; a change of these tables needs no migration, only a new number, and the old
 * file is emptied.
 */
const char *const schema_index[] = {
    "CREATE TABLE institution("
    " id TEXT PRIMARY KEY,"
    " kind TEXT NOT NULL," /* a role name: nursery, school … */
    " name TEXT NOT NULL,"
    " closed TEXT NOT NULL DEFAULT ''" /* last day, or '' */
    ") STRICT, WITHOUT ROWID;"
    "CREATE TABLE account("
    " id TEXT PRIMARY KEY,"
    " role TEXT NOT NULL,"	  /* staff, household, auditor, admin */
    " institution TEXT NOT NULL," /* of staff; else '' */
    " name TEXT NOT NULL, kana TEXT NOT NULL,"
    " disabled INTEGER NOT NULL DEFAULT 0,"
    " key TEXT NOT NULL" /* fingerprint of the present signing key */
    ") STRICT, WITHOUT ROWID;"
    "CREATE TABLE key("
    " fingerprint TEXT PRIMARY KEY, account TEXT NOT NULL,"
    " since INTEGER NOT NULL, until INTEGER NOT NULL DEFAULT 0" /* seconds; 0: still good */
    ") STRICT, WITHOUT ROWID;"
    "CREATE TABLE child("
    " id TEXT PRIMARY KEY, name TEXT NOT NULL, kana TEXT NOT NULL,"
    " born TEXT NOT NULL, sex TEXT NOT NULL,"
    " key TEXT NOT NULL," /* search key of name, kana and birth date */
    " head TEXT NOT NULL" /* the version this row was made from */
    ") STRICT, WITHOUT ROWID;"
    "CREATE VIRTUAL TABLE child_gram USING fts5(child UNINDEXED, grams, tokenize='unicode61');"
    "CREATE TABLE enrolment("
    " child TEXT NOT NULL, institution TEXT NOT NULL,"
    " since TEXT NOT NULL, until TEXT NOT NULL," /* days, both inclusive; until '' open */
    " PRIMARY KEY(child, institution, since)) STRICT, WITHOUT ROWID;"
    "CREATE INDEX enrolment_institution ON enrolment(institution, child);"
    "CREATE TABLE guardian("
    " child TEXT NOT NULL, account TEXT NOT NULL, relation TEXT NOT NULL,"
    " PRIMARY KEY(child, account)) STRICT, WITHOUT ROWID;"
    "CREATE INDEX guardian_account ON guardian(account, child);"
    "CREATE TABLE share(" /* a guardian agreed that an institution reads a type of sheets */
    " child TEXT NOT NULL, type TEXT NOT NULL, institution TEXT NOT NULL,"
    " PRIMARY KEY(child, type, institution)) STRICT, WITHOUT ROWID;"
    "CREATE TABLE sheet("
    " child TEXT NOT NULL, type TEXT NOT NULL, id TEXT NOT NULL,"
    " title TEXT NOT NULL, institution TEXT NOT NULL, status TEXT NOT NULL,"
    " version TEXT NOT NULL, account TEXT NOT NULL, at INTEGER NOT NULL," /* newest save */
    " PRIMARY KEY(child, type, id)) STRICT, WITHOUT ROWID;"
    "CREATE TABLE version(" /* every save of a sheet, numbered from 1: 版 */
    " id TEXT NOT NULL,"    /* the commit */
    " child TEXT NOT NULL, type TEXT NOT NULL, sheet TEXT NOT NULL,"
    " n INTEGER NOT NULL, at INTEGER NOT NULL, account TEXT NOT NULL,"
    " PRIMARY KEY(id, type, sheet)) STRICT, WITHOUT ROWID;"
    "CREATE UNIQUE INDEX version_sheet ON version(child, type, sheet, n);"
    "CREATE TABLE generation(one INTEGER PRIMARY KEY CHECK(one = 1), n INTEGER NOT NULL) STRICT;"
    "INSERT INTO generation VALUES(1, 1);",
};
const int schema_index_steps = sizeof schema_index / sizeof *schema_index;

const char schema_index_clear[] =
    "DELETE FROM institution; DELETE FROM account; DELETE FROM key; DELETE FROM child;"
    "DELETE FROM child_gram; DELETE FROM enrolment; DELETE FROM guardian; DELETE FROM share;"
    "DELETE FROM sheet; DELETE FROM version;";

/* vault.db: never deleted, backed up; steps are added at the end and never changed. */
const char *const schema_vault[] = {
    "CREATE TABLE vault.secret("
    " account TEXT PRIMARY KEY,"
    " verifier TEXT NOT NULL," /* Argon2id string of the password */
    " sealed BLOB NOT NULL,"   /* the signing secret under the password */
    " changed INTEGER NOT NULL,"
    " CHECK(length(verifier) < 256)) STRICT, WITHOUT ROWID;"
    "CREATE TABLE vault.session("
    " token BLOB PRIMARY KEY," /* SHA-256 of the lookup half of the cookie */
    " account TEXT NOT NULL,"
    " since INTEGER NOT NULL, seen INTEGER NOT NULL,"
    " wrapped BLOB NOT NULL" /* the signing secret under the other half */
    ") STRICT, WITHOUT ROWID;"
    "CREATE INDEX vault.session_account ON session(account);"
    "CREATE TABLE vault.throttle("
    " name TEXT PRIMARY KEY," /* 'account:ID' or 'peer:ADDRESS' */
    " failures INTEGER NOT NULL, last INTEGER NOT NULL) STRICT, WITHOUT ROWID;",
};
const int schema_vault_steps = sizeof schema_vault / sizeof *schema_vault;
