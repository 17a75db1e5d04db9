#include "vault/flow/policy.h"

#include "generator/sheet/yaml.h"
#include "vault/db/range.h"

static const char *const reads[] = {[ADMIN_READS_NEVER] = "never",
				    [ADMIN_READS_REASON] = "reason",
				    [ADMIN_READS_ALWAYS] = "always"};

const char *admin_reads_name(enum admin_reads a)
{
	return (unsigned)a < sizeof reads / sizeof *reads ? reads[a] : "never";
}

static bool find_reads(struct span name, enum admin_reads *out)
{
	for (size_t i = 0; i < sizeof reads / sizeof *reads; i++)
		if (span_is(name, reads[i])) {
			*out = (enum admin_reads)i;
			return true;
		}
	return false;
}

static bool read_number(struct span text, int most, int *out)
{
	long n;

	if (!span_number(text, most, &n))
		return false;
	*out = (int)n;
	return true;
}

enum { PARTS = 6 };
/* Of settings that are older than the question who consents. */
static const char either[] = "either";

/* In the order of policy_index. */
static bool read_parts(const struct span part[static PARTS], struct policy *out)
{
	out->staff_second_factor = span_is(part[4], "true");
	out->both_guardians = span_is(part[5], "both");
	return read_number(part[0], POLICY_DAYS_MAX, &out->lead_days) &&
	       read_number(part[1], POLICY_DAYS_MAX, &out->tail_days) &&
	       find_reads(part[2], &out->admin_reads) &&
	       read_number(part[3], POLICY_GLASS_MAX, &out->glass_minutes) &&
	       (out->staff_second_factor || span_is(part[4], "false")) &&
	       (out->both_guardians || span_is(part[5], either));
}

/* One row and no YAML: every decision begins with it. */
enum status policy_load(struct app *app, struct policy *out)
{
	struct span part[PARTS], rest;
	struct buf text;
	enum status st;

	policy_default(out);
	buf_init(&text, 256);
	st = setting_get(app->db, SPAN("access"), &text);
	rest = buf_span(&text);
	for (size_t i = 0; i < PARTS; i++)
		part[i] = span_cut(&rest, ' ');
	if (!st && !read_parts(part, out))
		st = fail(ST_CORRUPT, "the setting of access in the index cannot be read");
	buf_clear(&text);
	return st == ST_NOTFOUND ? ST_OK : st;
}

enum status policy_index(struct app *app, const struct policy *p)
{
	struct buf text;
	enum status st;

	buf_init(&text, 256);
	buf_addf(&text, "%d %d %s %d %s %s", p->lead_days, p->tail_days,
		 admin_reads_name(p->admin_reads), p->glass_minutes,
		 p->staff_second_factor ? "true" : "false", p->both_guardians ? "both" : either);
	st = setting_put(app->db, SPAN("access"), buf_span(&text));
	buf_clear(&text);
	return st;
}

void policy_write(const struct policy *p, struct buf *out)
{
	buf_addf(
	    out,
	    "karte: 1\nlead-days: %d\ntail-days: %d\nadmin-reads: %s\nbreak-glass-minutes: %d\n"
	    "staff-second-factor: %s\nguardians: %s\n",
	    p->lead_days, p->tail_days, admin_reads_name(p->admin_reads), p->glass_minutes,
	    p->staff_second_factor ? "true" : "false", p->both_guardians ? "both" : either);
}

bool policy_read(struct ynode *map, struct policy *out)
{
	struct span who = ymap_text(map, "guardians");
	const struct span part[PARTS] = {
	    ymap_text(map, "lead-days"),	   ymap_text(map, "tail-days"),
	    ymap_text(map, "admin-reads"),	   ymap_text(map, "break-glass-minutes"),
	    ymap_text(map, "staff-second-factor"), who.p ? who : span_of(either)};

	policy_default(out);
	return read_parts(part, out);
}
