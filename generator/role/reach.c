#include "generator/role/reach.h"

#include "generator/base/json.h"
#include "generator/role/redact.h"

static const char *const sharings[] = {
    [SHARING_NONE] = "none", [SHARING_CONSENT] = "consent", [SHARING_OPEN] = "open"};

static const char *reach_of(const struct sheet_type *t, const struct section *s, enum role r)
{
	if (section_writable(t, s, r))
		return "RW";
	return section_readable(t, s, r) ? "R-" : "--";
}

/* ---- a table of text ---------------------------------------------------------------------- */

static void print_head(const struct sheet_type *t, struct buf *out)
{
	buf_addf(out, "%.*s %d  sharing: %s  workflow:", SPAN_ARG(t->id), t->version,
		 sharings[t->sharing]);
	for (unsigned s = 0; s < SHEET_STATUS_COUNT; s++)
		if (t->workflow & 1u << s)
			buf_addf(out, " %s", sheet_status_name((enum sheet_status)s));
	if (t->joint)
		buf_adds(out, "  joint");
	buf_addc(out, '\n');
}

/* One cell, as wide as the name of its role, so that the columns stand below each other. */
static void print_cell(enum role r, const char *text, struct buf *out)
{
	buf_addf(out, "  %-*s", (int)strlen(role_name(r)), text);
}

static void print_row(int width, struct span name, const struct sheet_type *t,
		      const struct section *s, struct buf *out)
{
	buf_addf(out, "%-*.*s", width, SPAN_ARG(name));
	for (unsigned i = 0; i < ROLE_COUNT; i++) {
		enum role r = (enum role)i;

		if (role_reads_content(r))
			print_cell(r, s ? reach_of(t, s, r) : role_name(r), out);
	}
	while (out->len && out->data[out->len - 1] == ' ')
		buf_cut(out, out->len - 1);
	if (s && s->unshared)
		buf_adds(out, "  (sharing: none)");
	buf_addc(out, '\n');
}

static void print_table(const struct sheet_type *t, struct buf *out)
{
	int width = (int)strlen("section");

	for (size_t i = 0; i < t->nsections; i++)
		if ((int)t->sections[i].id.n > width)
			width = (int)t->sections[i].id.n;
	print_head(t, out);
	print_row(width, SPAN("section"), t, NULL, out);
	for (size_t i = 0; i < t->nsections; i++)
		print_row(width, t->sections[i].id, t, &t->sections[i], out);
}

/* ---- JSON --------------------------------------------------------------------------------- */

static void json_section(const struct sheet_type *t, const struct section *s, struct buf *out)
{
	json_open(out);
	json_pair(out, "id", s->id);
	json_pair(out, "title", s->title);
	for (unsigned i = 0; i < ROLE_COUNT; i++) {
		enum role r = (enum role)i;

		if (role_reads_content(r))
			json_pair(out, role_name(r), span_of(reach_of(t, s, r)));
	}
	if (s->unshared)
		json_pair(out, "sharing", SPAN("none"));
	json_close(out);
}

static void print_json(const struct sheet_type *t, struct buf *out)
{
	json_open(out);
	json_pair(out, "type", t->id);
	json_key(out, "version");
	json_int(out, t->version);
	json_pair(out, "title", t->title);
	json_pair(out, "sharing", span_of(sharings[t->sharing]));
	json_key(out, "joint");
	json_bool(out, t->joint);
	json_key(out, "workflow");
	json_list(out);
	for (unsigned s = 0; s < SHEET_STATUS_COUNT; s++)
		if (t->workflow & 1u << s)
			json_text(out, span_of(sheet_status_name((enum sheet_status)s)));
	json_list_end(out);
	json_key(out, "sections");
	json_list(out);
	for (size_t i = 0; i < t->nsections; i++)
		json_section(t, &t->sections[i], out);
	json_list_end(out);
	json_close(out);
	buf_addc(out, '\n');
}

void reach_print(const struct sheet_type *t, bool json, struct buf *out)
{
	if (json)
		print_json(t, out);
	else
		print_table(t, out);
}
