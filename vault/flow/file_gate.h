/* Who sees a file: one pure function over facts, as vault/access is for the child. */
#ifndef KARTE_FLOW_FILE_GATE_H
#define KARTE_FLOW_FILE_GATE_H

#include "vault/access/access.h"

struct file_facts {
	const struct decision *decision; /* about the child and the type "files" (decide_type) */
	struct span id;
	role_set readers;
	bool open;	 /* for its readers also where nobody agreed to sharing */
	bool mine;	 /* this account gave it */
	bool staff_only; /* 職員だけ: never for a household that did not give it */
	bool recalled;	 /* it came with a release that was taken back: for nobody */
	bool shielded; /* 支援措置: its title, name, or the institution that gave it is kept */
};

/*
 * May it be seen?  In this order:
 *  - it was taken back: no;
 *  - the decision says no, or the file is kept from this guardian: no;
 *  - a household sees what it gave itself and what has households among its readers and is not
 *    for staff only;
 *  - relation own (the institution that gave it, the board, who stands in for the board): yes;
 *  - shared: if its role is among the readers; with an agreement that names files, these and, but
 *    for a handover, what it would see elsewhere;
 *  - elsewhere: if its role is among the readers of an open file;
 *  - anybody else: no.
 */
bool file_gate(const struct file_facts *f);

#endif
