/* For the files of the proof only. */
#ifndef KARTE_FLOW_VERIFY_IMPL_H
#define KARTE_FLOW_VERIFY_IMPL_H

#include "generator/base/sha256.h"
#include "vault/db/account.h"
#include "vault/flow/verify.h"
#include "vault/store/history.h"
#include "vault/store/sign.h"

/* A change record of the journal, as far as the proof needs it. */
struct logged {
	char repository[REPO_TEXT];
	struct oid old, new_id;
	bool has_old;
	char sha256[SHA256_HEX];
	char request[17], account[ID_MAX + 1], event[65];
	int64_t t;
	bool met; /* a commit was found for it */
};

struct verify_run {
	struct app *app;
	const struct verify_options *o;
	void (*tell)(void *ctx, const struct verify_finding *f);
	void *ctx;
	struct verify_result *result;
	struct logged *logged; /* sorted by repository, then in the journal's order */
	size_t logged_count, logged_cap;
	struct key_row *keys; /* what the registry says of each key */
	size_t key_count, key_cap;
	enum status st; /* what stopped the run, not a finding */
};

void verify_tell(struct verify_run *r, const char *code, const char *repository,
		 const char *version, const char *fmt, ...) __attribute__((format(printf, 5, 6)));

/* Reads the keys of the registry's newest version. */
enum status verify_load_keys(struct verify_run *r);
const struct key_row *verify_key(const struct verify_run *r, const char *fpr);

/* All commits of one repository against the journal. */
enum status verify_repository(struct verify_run *r, const struct repo_name *name);
/* One commit by itself: signature, key in its time, trailers, digest. */
enum status verify_commit(struct verify_run *r, struct repo *repo, const char *repository,
			  const struct version *v, const struct logged *log);

#endif
