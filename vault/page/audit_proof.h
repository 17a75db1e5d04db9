/* One run of the proof, as the pages show it. */
#ifndef KARTE_PAGE_AUDIT_PROOF_H
#define KARTE_PAGE_AUDIT_PROOF_H

#include "vault/flow/proof_runs.h"
#include "vault/page/audit_said.h"

#define VERIFY_PATH "/audit/verify"

/* 「すべて正しい」 or not, as a tag. */
void audit_proof_result(struct html *h, const struct proof_run *r);
/* 「全部」「前の検証のあと」 */
const char *audit_proof_scope(const struct proof_run *r);
/* All of it: figures, states of signatures, what was found, the report. */
enum status audit_proof(struct page *p, struct html *h, const struct proof_run *r);

#endif
