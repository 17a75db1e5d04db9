#include "vault/db/schema.h"

/*
 * index.db: what the repositories say, in a form that can be searched.  Made again by
 * `karte reindex`; a change of these tables needs no migration, only a new number, and the old
 * file is emptied.
 */
const int schema_index_number = 9;
const char schema_index[] =
    "CREATE TABLE institution("
    " id TEXT PRIMARY KEY,"
    " kind TEXT NOT NULL," /* a role name: nursery, school … */
    " name TEXT NOT NULL,"
    " opened TEXT NOT NULL, closed TEXT NOT NULL," /* first and last day, or '' */
    " successor TEXT NOT NULL,"			   /* goes on in its place, or '' */
    " by_class INTEGER NOT NULL"
    ") STRICT, WITHOUT ROWID;"
    "CREATE TABLE account("
    " id TEXT PRIMARY KEY,"
    " role TEXT NOT NULL,"	  /* staff, household, auditor, admin */
    " institution TEXT NOT NULL," /* of staff; else '' */
    " name TEXT NOT NULL, kana TEXT NOT NULL,"
    " disabled INTEGER NOT NULL DEFAULT 0,"
    " key TEXT NOT NULL,"   /* fingerprint of the present signing key, or '' */
    " until TEXT NOT NULL," /* last day, or '' */
    " whole INTEGER NOT NULL, classes TEXT NOT NULL" /* separated by ',' */
    ") STRICT, WITHOUT ROWID;"
    "CREATE INDEX account_institution ON account(institution) WHERE institution<>'';"
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
    "CREATE INDEX child_order ON child(kana, born, id);" /* of lists; see child_search.c */
    "CREATE VIRTUAL TABLE child_gram USING fts5(child UNINDEXED, grams, tokenize='unicode61');"
    "CREATE TABLE enrolment("
    " child TEXT NOT NULL, institution TEXT NOT NULL,"
    " since TEXT NOT NULL, until TEXT NOT NULL," /* days, both inclusive; until '' open */
    " class TEXT NOT NULL,"
    " kana TEXT NOT NULL, born TEXT NOT NULL," /* the child's: its place in a list */
    " PRIMARY KEY(child, institution, since)) STRICT, WITHOUT ROWID;"
    "CREATE INDEX enrolment_order ON enrolment(institution, kana, born, child, since, until);"
    "CREATE TABLE guardian("
    " child TEXT NOT NULL, account TEXT NOT NULL, relation TEXT NOT NULL,"
    " suspended TEXT NOT NULL," /* from this day on, or '' */
    " PRIMARY KEY(child, account)) STRICT, WITHOUT ROWID;"
    "CREATE INDEX guardian_account ON guardian(account, child);"
    "CREATE TABLE protection(" /* what a guardian must not learn */
    " child TEXT NOT NULL, guardian TEXT NOT NULL, kind TEXT NOT NULL, value TEXT NOT NULL,"
    " PRIMARY KEY(child, guardian, kind, value)) STRICT, WITHOUT ROWID;"
    "CREATE TABLE access_range("
    " id TEXT PRIMARY KEY,"
    " account TEXT NOT NULL, institution TEXT NOT NULL," /* for whom: one is '' */
    " opens INTEGER NOT NULL, write INTEGER NOT NULL,"
    " child TEXT NOT NULL, children_of TEXT NOT NULL," /* about whom; both '': all */
    " type TEXT NOT NULL, section TEXT NOT NULL,"      /* '': all */
    " since TEXT NOT NULL, until TEXT NOT NULL,"
    " state TEXT NOT NULL," /* asked, in-force, end-asked, ended, declined */
    " asked_by TEXT NOT NULL, confirmed_by TEXT NOT NULL, ended_by TEXT NOT NULL,"
    " asked_at INTEGER NOT NULL, reason TEXT NOT NULL,"
    " CHECK((account = '') <> (institution = '')), CHECK(child = '' OR children_of = '')"
    ") STRICT, WITHOUT ROWID;"
    "CREATE INDEX access_range_account ON access_range(account);"
    "CREATE INDEX access_range_institution ON access_range(institution);"
    "CREATE TABLE setting(name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;"
    "CREATE TABLE share(" /* a guardian agreed that an institution reads sheets */
    " child TEXT NOT NULL, institution TEXT NOT NULL, type TEXT NOT NULL,"
    " sheet TEXT NOT NULL,"    /* '': all of the type */
    " source TEXT NOT NULL,"   /* '', or the handover that also opens the child */
    " version TEXT NOT NULL,"  /* counts while it is the newest; '': always */
    " sections TEXT NOT NULL," /* separated by ','; '': all */
    " since TEXT NOT NULL, until TEXT NOT NULL,"
    " PRIMARY KEY(child, institution, type, sheet, source)) STRICT, WITHOUT ROWID;"
    "CREATE INDEX share_handover ON share(institution, child) WHERE source<>'';"
    "CREATE TABLE ask(" /* what guardians are asked */
    " child TEXT NOT NULL, id TEXT NOT NULL, type TEXT NOT NULL, sheet TEXT NOT NULL,"
    " title TEXT NOT NULL, institution TEXT NOT NULL, account TEXT NOT NULL," /* who asks */
    " due TEXT NOT NULL,"						      /* a day, or '' */
    " at INTEGER NOT NULL, answered INTEGER NOT NULL," /* seconds; 0: by nobody */
    " state INTEGER NOT NULL,"			       /* enum consent_state */
    " PRIMARY KEY(child, id)) STRICT, WITHOUT ROWID;"
    "CREATE INDEX ask_institution ON ask(institution, answered);"
    "CREATE TABLE ask_wait(" /* guardians who have not answered */
    " account TEXT NOT NULL, child TEXT NOT NULL, ask TEXT NOT NULL,"
    " PRIMARY KEY(account, child, ask)) STRICT, WITHOUT ROWID;"
    "CREATE INDEX ask_wait_child ON ask_wait(child);"
    "CREATE TABLE ask_paper(" /* answers on paper that are not confirmed by a second person */
    " child TEXT NOT NULL, ask TEXT NOT NULL, paper TEXT NOT NULL,"
    " account TEXT NOT NULL,"			       /* who wrote it down */
    " sent_back INTEGER NOT NULL, note TEXT NOT NULL," /* 1: to be written anew, and why */
    " at INTEGER NOT NULL,"			       /* seconds: since when */
    " PRIMARY KEY(child, ask, paper)) STRICT, WITHOUT ROWID;"
    "CREATE TABLE handover(" /* what waits for whom */
    " child TEXT NOT NULL, id TEXT NOT NULL, giver TEXT NOT NULL, receiver TEXT NOT NULL,"
    " state TEXT NOT NULL, since TEXT NOT NULL, until TEXT NOT NULL, opened_by TEXT NOT NULL,"
    " agreed INTEGER NOT NULL, asked_at INTEGER NOT NULL, answered_at INTEGER NOT NULL,"
    " opened_at INTEGER NOT NULL, confirmed_at INTEGER NOT NULL, told_at INTEGER NOT NULL,"
    " answered TEXT NOT NULL, PRIMARY KEY(child, id)) STRICT, WITHOUT ROWID;"
    "CREATE INDEX handover_receiver ON handover(receiver, state);"
    "CREATE INDEX handover_giver ON handover(giver, state);"
    "CREATE TABLE sheet("
    " child TEXT NOT NULL, type TEXT NOT NULL, id TEXT NOT NULL,"
    " title TEXT NOT NULL, institution TEXT NOT NULL, status TEXT NOT NULL,"
    " version TEXT NOT NULL, account TEXT NOT NULL, at INTEGER NOT NULL," /* newest save */
    " step TEXT NOT NULL, step_version TEXT NOT NULL," /* that led to the status */
    " owner TEXT NOT NULL,"			       /* the account that is to write it */
    " PRIMARY KEY(child, type, id)) STRICT, WITHOUT ROWID;"
    "CREATE INDEX sheet_waits ON sheet(institution, status, owner);"
    "CREATE TABLE version(" /* every save of a sheet, numbered from 1: 版 */
    " id TEXT NOT NULL,"    /* the commit */
    " child TEXT NOT NULL, type TEXT NOT NULL, sheet TEXT NOT NULL,"
    " n INTEGER NOT NULL, at INTEGER NOT NULL, account TEXT NOT NULL,"
    " action TEXT NOT NULL," /* "save", "submit" … */
    " PRIMARY KEY(id, type, sheet)) STRICT, WITHOUT ROWID;"
    "CREATE UNIQUE INDEX version_sheet ON version(child, type, sheet, n);"
    "CREATE TABLE file(" /* files/ID/meta.md of a child's repository */
    " child TEXT NOT NULL, id TEXT NOT NULL,"
    " name TEXT NOT NULL, title TEXT NOT NULL, category TEXT NOT NULL, type TEXT NOT NULL,"
    " bytes INTEGER NOT NULL, sha256 TEXT NOT NULL,"
    " readers INTEGER NOT NULL, open INTEGER NOT NULL," /* a role_set; see file_gate.h */
    " institution TEXT NOT NULL, account TEXT NOT NULL, at INTEGER NOT NULL,"
    " release TEXT NOT NULL, staff_only INTEGER NOT NULL,"
    " PRIMARY KEY(child, id)) STRICT, WITHOUT ROWID;"
    "CREATE INDEX file_content ON file(sha256);"
    "CREATE INDEX file_id ON file(id);"
    "CREATE TABLE generation(one INTEGER PRIMARY KEY CHECK(one = 1), n INTEGER NOT NULL) STRICT;"
    "INSERT INTO generation VALUES(1, 1);";

const char schema_index_clear[] =
    "DELETE FROM institution; DELETE FROM account; DELETE FROM key; DELETE FROM child;"
    "DELETE FROM child_gram; DELETE FROM enrolment; DELETE FROM guardian; DELETE FROM share;"
    "DELETE FROM protection; DELETE FROM access_range; DELETE FROM setting;"
    "DELETE FROM ask; DELETE FROM ask_wait; DELETE FROM ask_paper; DELETE FROM handover;"
    "DELETE FROM sheet; DELETE FROM version; DELETE FROM file;";

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

    /* Second factors.  A session from before knows nothing of them: everybody signs in again.
       AUTOINCREMENT: a number that somebody saw in a list never comes to mean another row. */
    "DROP TABLE vault.session;"
    "CREATE TABLE vault.session("
    " n INTEGER PRIMARY KEY AUTOINCREMENT,"
    " token BLOB NOT NULL UNIQUE," /* SHA-256 of the lookup half of the cookie */
    " account TEXT NOT NULL,"
    " since INTEGER NOT NULL, seen INTEGER NOT NULL,"
    " weak INTEGER NOT NULL," /* the second factor is missing */
    " agent TEXT NOT NULL, peer TEXT NOT NULL,"
    " wrapped BLOB NOT NULL" /* the signing secret under the other half */
    ") STRICT;"
    "CREATE INDEX vault.session_account ON session(account);"
    "ALTER TABLE vault.secret ADD COLUMN address BLOB CHECK(length(address) = 32);"
    "CREATE TABLE vault.factor("
    " n INTEGER PRIMARY KEY AUTOINCREMENT,"
    " account TEXT NOT NULL,"
    " kind TEXT NOT NULL CHECK(kind IN ('totp', 'passkey')),"
    " name TEXT NOT NULL,"
    " handle BLOB NOT NULL," /* the credential id of a passkey */
    " data BLOB NOT NULL, sealed TEXT NOT NULL,"
    " count INTEGER NOT NULL," /* the newest step, or the signature counter */
    " since INTEGER NOT NULL, used INTEGER NOT NULL) STRICT;"
    "CREATE INDEX vault.factor_account ON factor(account);"
    "CREATE UNIQUE INDEX vault.factor_handle ON factor(handle) WHERE kind = 'passkey';"
    "CREATE TABLE vault.code("
    " account TEXT NOT NULL, purpose TEXT NOT NULL, hash TEXT NOT NULL,"
    " until INTEGER NOT NULL," /* seconds; 0: until it is used */
    " PRIMARY KEY(account, purpose, hash)) STRICT, WITHOUT ROWID;"
    "CREATE TABLE vault.kept("
    " n INTEGER PRIMARY KEY AUTOINCREMENT,"
    " account TEXT NOT NULL, path TEXT NOT NULL, at INTEGER NOT NULL,"
    " sealed BLOB NOT NULL) STRICT;"
    "CREATE INDEX vault.kept_account ON kept(account, n);"
    "CREATE TABLE vault.glass("
    " account TEXT NOT NULL, child TEXT NOT NULL,"
    " since INTEGER NOT NULL, until INTEGER NOT NULL,"
    " PRIMARY KEY(account, child)) STRICT, WITHOUT ROWID;",

    "CREATE TABLE vault.display(" /* what an account has set about the look of its pages */
    " account TEXT PRIMARY KEY, text TEXT NOT NULL) STRICT, WITHOUT ROWID;",
    /* Keys of the vault itself, and what people are writing. */
    "CREATE TABLE vault.key(name TEXT PRIMARY KEY, bytes BLOB NOT NULL) STRICT, WITHOUT ROWID;"
    "CREATE TABLE vault.draft("
    " n INTEGER PRIMARY KEY AUTOINCREMENT,"
    " account TEXT NOT NULL, child TEXT NOT NULL, type TEXT NOT NULL, sheet TEXT NOT NULL,"
    " section TEXT NOT NULL," /* '': the whole form */
    " base TEXT NOT NULL,"    /* the version that the form was made from */
    " since INTEGER NOT NULL, at INTEGER NOT NULL,"
    " dropped INTEGER NOT NULL," /* when it was thrown away; 0: it was not */
    " wrong INTEGER NOT NULL,"	 /* there were problems when it was last sent to be saved */
    " sealed BLOB NOT NULL) STRICT;"
    "CREATE INDEX vault.draft_account ON draft(account, n);"
    "CREATE INDEX vault.draft_sheet ON draft(child, type, sheet);",
    /* Releases on their way to the families of several children. */
    "CREATE TABLE vault.release("
    " id TEXT PRIMARY KEY, state TEXT NOT NULL,"
    " title TEXT NOT NULL, message TEXT NOT NULL,"
    " account TEXT NOT NULL, institution TEXT NOT NULL,"
    " confirmer TEXT NOT NULL," /* '': nobody yet */
    " made INTEGER NOT NULL, asked INTEGER NOT NULL, due INTEGER NOT NULL,"
    " given INTEGER NOT NULL, recalled INTEGER NOT NULL) STRICT, WITHOUT ROWID;"
    "CREATE INDEX vault.release_institution ON release(institution, made);"
    "CREATE TABLE vault.release_child("
    " release TEXT NOT NULL, child TEXT NOT NULL, n INTEGER NOT NULL,"
    " state TEXT NOT NULL, why TEXT NOT NULL," /* waits given left recalled */
    " line TEXT NOT NULL,"		       /* SHA-256 of the recipients that were confirmed */
    " PRIMARY KEY(release, child)) STRICT, WITHOUT ROWID;"
    "CREATE TABLE vault.release_file("
    " release TEXT NOT NULL, n INTEGER NOT NULL,"
    " file TEXT NOT NULL UNIQUE," /* in incoming/, and then in the repositories */
    " name TEXT NOT NULL, title TEXT NOT NULL, type TEXT NOT NULL,"
    " bytes INTEGER NOT NULL, sha256 TEXT NOT NULL,"
    " PRIMARY KEY(release, n)) STRICT, WITHOUT ROWID;"
    "CREATE TABLE vault.release_seen("
    " release TEXT NOT NULL, account TEXT NOT NULL,"
    " what TEXT NOT NULL," /* the token of a list, the digest of an attachment */
    " PRIMARY KEY(release, account, what)) STRICT, WITHOUT ROWID;",
    /* Runs of the proof, and from where the next one goes on. */
    "CREATE TABLE vault.proof_run("
    " id INTEGER PRIMARY KEY AUTOINCREMENT,"
    " began INTEGER NOT NULL, ended INTEGER NOT NULL,"
    " whole INTEGER NOT NULL, sound INTEGER NOT NULL, failed INTEGER NOT NULL,"
    " who TEXT NOT NULL, why TEXT NOT NULL, child TEXT NOT NULL,"
    " repositories INTEGER NOT NULL, commits INTEGER NOT NULL, signatures INTEGER NOT NULL,"
    " findings INTEGER NOT NULL, records INTEGER NOT NULL,"
    " checkpoint TEXT NOT NULL, note TEXT NOT NULL, states BLOB NOT NULL) STRICT;"
    "CREATE TABLE vault.proof_finding("
    " run INTEGER NOT NULL, n INTEGER NOT NULL,"
    " code TEXT NOT NULL, repository TEXT NOT NULL, version TEXT NOT NULL, text TEXT NOT NULL,"
    " PRIMARY KEY(run, n)) STRICT, WITHOUT ROWID;"
    "CREATE TABLE vault.proof_state("
    " one INTEGER PRIMARY KEY CHECK(one = 1), size INTEGER NOT NULL, t INTEGER NOT NULL,"
    " root BLOB NOT NULL, nodes BLOB NOT NULL) STRICT;"
    "CREATE TABLE vault.proof_head("
    " repository TEXT PRIMARY KEY, head TEXT NOT NULL, removed INTEGER NOT NULL)"
    " STRICT, WITHOUT ROWID;",
    /* What is being removed at the end of its retention, and what was: numbers only. */
    "CREATE TABLE vault.removal("
    " child TEXT NOT NULL, sheet TEXT NOT NULL," /* '': all of the child */
    " proposal TEXT NOT NULL, asked_by TEXT NOT NULL, confirmed_by TEXT NOT NULL,"
    " head TEXT NOT NULL, until TEXT NOT NULL, at INTEGER NOT NULL,"
    " step INTEGER NOT NULL," /* the next one, see flow/removal.c */
    " record INTEGER NOT NULL,"
    " repositories INTEGER NOT NULL, versions INTEGER NOT NULL, sheets INTEGER NOT NULL,"
    " files INTEGER NOT NULL, consents INTEGER NOT NULL, handovers INTEGER NOT NULL,"
    " rows INTEGER NOT NULL, drafts INTEGER NOT NULL, staged INTEGER NOT NULL,"
    " first INTEGER NOT NULL, last INTEGER NOT NULL,"
    " PRIMARY KEY(child, sheet)) STRICT, WITHOUT ROWID;",
    /* With what auditors fetch repositories.  Only a hash is kept. */
    "CREATE TABLE vault.access_token("
    " n INTEGER PRIMARY KEY AUTOINCREMENT,"
    " hash BLOB NOT NULL UNIQUE CHECK(length(hash) = 32),"
    " account TEXT NOT NULL, name TEXT NOT NULL,"
    " scope TEXT NOT NULL," /* registry, children, or ids of children separated by ',' */
    " reason TEXT NOT NULL,"
    " since INTEGER NOT NULL, until INTEGER NOT NULL,"
    " used INTEGER NOT NULL) STRICT;" /* 0: never */
    "CREATE INDEX vault.access_token_account ON access_token(account);",
    /* What is watched: alerts, checks, chores, mails on their way. */
    "CREATE TABLE vault.mark("
    " name TEXT PRIMARY KEY, value INTEGER NOT NULL) STRICT, WITHOUT ROWID;"
    "CREATE TABLE vault.alert("
    " n INTEGER PRIMARY KEY AUTOINCREMENT,"
    " rule TEXT NOT NULL, kind TEXT NOT NULL, severity TEXT NOT NULL,"
    " state TEXT NOT NULL CHECK(state IN ('raised', 'again', 'over')),"
    " title TEXT NOT NULL,"   /* the rule's, as it was then */
    " subject TEXT NOT NULL," /* what is told once: an account, a child, a check … */
    " account TEXT NOT NULL, child TEXT NOT NULL, institution TEXT NOT NULL,"
    " count INTEGER NOT NULL, least INTEGER NOT NULL," /* how many, of how many that may be */
    " at INTEGER NOT NULL,"
    " record INTEGER NOT NULL,"	 /* the journal's number of what raised it; -1: a check */
    " recorded INTEGER NOT NULL" /* is it in the journal itself? */
    ") STRICT;"
    "CREATE INDEX vault.alert_subject ON alert(rule, subject, n);"
    "CREATE INDEX vault.alert_unrecorded ON alert(n) WHERE recorded = 0;"
    "CREATE TABLE vault.alert_seen("
    " alert INTEGER NOT NULL, account TEXT NOT NULL, at INTEGER NOT NULL,"
    " PRIMARY KEY(alert, account)) STRICT, WITHOUT ROWID;"
    "CREATE TABLE vault.check_state("
    " name TEXT PRIMARY KEY, state INTEGER NOT NULL,"
    " since INTEGER NOT NULL, seen INTEGER NOT NULL, text TEXT NOT NULL) STRICT, WITHOUT ROWID;"
    "CREATE TABLE vault.chore("
    " name TEXT PRIMARY KEY, period INTEGER NOT NULL,"
    " began INTEGER NOT NULL, ok INTEGER NOT NULL, failed INTEGER NOT NULL,"
    " why TEXT NOT NULL) STRICT, WITHOUT ROWID;"
    "CREATE TABLE vault.mail("
    " n INTEGER PRIMARY KEY AUTOINCREMENT,"
    " tag TEXT UNIQUE," /* of what is sent once; NULL: of nothing */
    " receiver TEXT NOT NULL, subject TEXT NOT NULL, body TEXT NOT NULL,"
    " made INTEGER NOT NULL, due INTEGER NOT NULL, tries INTEGER NOT NULL,"
    " sent INTEGER NOT NULL," /* 0: not yet */
    " why TEXT NOT NULL) STRICT;"
    "CREATE INDEX vault.mail_due ON mail(due) WHERE sent = 0;",
};
const int schema_vault_steps = sizeof schema_vault / sizeof *schema_vault;
