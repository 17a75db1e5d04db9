/* What a view is made of.  For redact.c, the one maker of views, and view.c only. */
#ifndef KARTE_ROLE_VIEW_IMPL_H
#define KARTE_ROLE_VIEW_IMPL_H

#include "generator/role/redact.h"

struct view {
	struct arena *arena; /* of all that follows, and of the view itself */
	const struct sheet_type *type;
	struct span id, child, title, institution;
	enum sheet_status status;
	enum role role;
	struct view_section *sections;
	size_t nsections;
};

#endif
