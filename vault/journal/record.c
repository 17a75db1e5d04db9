#include "vault/journal/record_impl.h"

#include "generator/base/day.h"
#include "generator/base/json.h"
#include "generator/base/utf8.h"

#include <string.h>

static const char *const classes[RECORD_CLASSES] = {"change",  "read",	"access",
						    "session", "admin", "system"};

/* max in bytes */
const struct record_field record_fields[RECORD_FIELDS] = {
    {"event", offsetof(struct record, event), EVENT, 64},
    {"account", offsetof(struct record, account), TEXT, 64},
    {"role", offsetof(struct record, role), TEXT, 32},
    {"institution", offsetof(struct record, institution), TEXT, 64},
    {"child", offsetof(struct record, child), TEXT, 64},
    {"object", offsetof(struct record, object), TEXT, 300},
    {"decision", offsetof(struct record, decision), TEXT, 100},
    {"reason", offsetof(struct record, reason), TEXT, RECORD_REASON_MAX},
    {"request", offsetof(struct record, request), TEXT, 64},
    {"salt", offsetof(struct record, salt), SALT, 2 * RECORD_SALT_LEN},
    {"repository", offsetof(struct record, repository), TEXT, 200},
    {"ref", offsetof(struct record, ref), TEXT, 200},
    {"old", offsetof(struct record, old), GIT_ID, 64},
    {"new", offsetof(struct record, new_), GIT_ID, 64},
    {"sha256", offsetof(struct record, sha256), SHA256, 64},
};

static const int64_t last_second = 253402300799; /* 9999-12-31T23:59:59Z */

static struct span get(const struct record *r, const struct record_field *f)
{
	return *(const struct span *)(const void *)((const char *)r + f->at);
}

int record_class(struct span name)
{
	for (int c = 0; c < RECORD_CLASSES; c++)
		if (span_is(name, classes[c]))
			return c;
	return -1;
}

const char *record_class_name(int c)
{
	return classes[c];
}

/* ---- what may be recorded ---- */

static bool is_event(struct span s)
{
	for (size_t i = 0; i < s.n; i++) {
		char c = s.p[i];
		if (!((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' || c == '-'))
			return false;
	}
	return s.n > 0;
}

static bool is_hex(struct span s)
{
	for (size_t i = 0; i < s.n; i++)
		if (!strchr("0123456789abcdef", s.p[i]) || !s.p[i])
			return false;
	return true;
}

/* No control characters (C0, DEL, C1) and no line breaks of Unicode: a record is one line. */
static bool is_text(struct span s)
{
	if (utf8_check(s) != s.n)
		return false;
	while (s.n) {
		uint32_t cp = utf8_next(&s);
		if (cp < 0x20 || (cp >= 0x7f && cp < 0xa0) || cp == 0x2028 || cp == 0x2029)
			return false;
	}
	return true;
}

static bool fits(const struct record_field *f, struct span s)
{
	if (s.n > f->max)
		return false;
	switch (f->rule) {
	case EVENT:
		return is_event(s);
	case TEXT:
		return is_text(s);
	case SALT:
	case SHA256:
		return s.n == f->max && is_hex(s);
	case GIT_ID:
		return (s.n == 40 || s.n == 64) && is_hex(s);
	}
	return false;
}

/* A change names its commit, nothing else does. */
static enum status check_class(const struct record *r)
{
	int c = record_class(span_of(r->class));

	if (c < 0)
		return fail(ST_INVALID, "record: no such class");
	if (c == 0 && !(r->repository.p && r->ref.p && r->new_.p && r->sha256.p))
		return fail(ST_INVALID, "record: a change needs repository, ref, new and sha256");
	if (c != 0 && r->sha256.p)
		return fail(ST_INVALID, "record: only a change may have sha256");
	return ST_OK;
}

enum status record_check_all(const struct record *r, bool with_salt)
{
	if (!r->event.p)
		return fail(ST_INVALID, "record: event is missing");
	if (r->t < 0 || r->t > last_second)
		return fail(ST_INVALID, "record: t is out of range");
	for (int i = 0; i < RECORD_FIELDS; i++) {
		const struct record_field *f = &record_fields[i];
		struct span s = get(r, f);
		if (f->rule == SALT ? with_salt && !fits(f, s) : s.p && !fits(f, s))
			return fail(ST_INVALID, "record: %s is malformed or too long", f->name);
	}
	return check_class(r);
}

enum status record_check(const struct record *r)
{
	return record_check_all(r, false);
}

/* ---- writing ---- */

void record_write_head(struct buf *out, uint64_t n, int64_t t)
{
	char text[DAY_TEXT];

	time_utc(t, text);
	buf_addf(out, "{\"n\":%llu,\"t\":\"%s\"", (unsigned long long)n, text);
}

void record_write_rest(struct buf *out, const struct record *r)
{
	buf_addf(out, ",\"class\":\"%s\"", r->class);
	for (int i = 0; i < RECORD_FIELDS; i++) {
		const struct record_field *f = &record_fields[i];
		struct span s = get(r, f);
		if (!s.p)
			continue;
		buf_addc(out, ',');
		buf_addc(out, '"');
		buf_adds(out, f->name);
		buf_adds(out, "\":");
		json_text(out, s);
	}
	buf_addc(out, '}');
}

void record_write(struct buf *out, const struct record *r)
{
	record_write_head(out, r->n, r->t);
	record_write_rest(out, r);
}

/* ---- reading ---- */

/* Takes a decimal number as the journal writes it off the front of *s. */
static bool take_number(struct span *s, uint64_t *out)
{
	size_t i = 0;
	uint64_t v = 0;

	while (i < s->n && i < 19 && s->p[i] >= '0' && s->p[i] <= '9')
		v = v * 10 + (uint64_t)(s->p[i++] - '0');
	if (i == 0 || (i > 1 && s->p[0] == '0'))
		return false;
	*out = v;
	*s = span_make(s->p + i, s->n - i);
	return true;
}

static bool take(struct span *s, struct span what)
{
	if (!span_starts(*s, what))
		return false;
	*s = span_make(s->p + what.n, s->n - what.n);
	return true;
}

bool record_peek(struct span line, uint64_t *n, int64_t *t)
{
	return take(&line, SPAN("{\"n\":")) && take_number(&line, n) &&
	       take(&line, SPAN(",\"t\":\"")) && line.n > 22 && line.p[20] == '"' &&
	       line.p[21] == ',' && time_parse_utc(span_make(line.p, 20), t);
}
