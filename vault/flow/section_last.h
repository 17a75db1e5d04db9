/* Who wrote which part of a sheet last: told by its versions. */
#ifndef KARTE_FLOW_SECTION_LAST_H
#define KARTE_FLOW_SECTION_LAST_H

#include "vault/flow/read_sheet.h"

enum { SECTION_LAST_VERSIONS = 24 }; /* the newest; older ones are not looked at */

struct section_last {
	bool known;
	char account[ID_MAX + 1];
	long long at; /* seconds */
};

/*
 * For each section of the reading's view, as this reader sees it: whose version was the newest that
 * changed it.  out has view_sections places.  Not known: empty since ever, or longer ago.
 */
enum status section_last(struct reading *r, struct section_last *out);

/*
 * Which fields of the view others changed between two of its versions, as this reader sees them:
 * calls each with the field.  ST_NOTFOUND: `from` is no version of the child.
 */
enum status section_changed(struct reading *r, struct span from, struct span to,
			    void (*each)(void *, const struct field *), void *ctx);

#endif
