#include "vault/store/raw.h"

#include "generator/base/utf8.h"
#include "vault/store/message.h"

#include <limits.h>

/* Takes "<key> …\n" off the front of *s; false (and *s as it was) for another line. */
static bool take(struct span *s, const char *key, struct span *value)
{
	struct span rest = *s;
	struct span line = span_cut(&rest, '\n');
	size_t n = strlen(key);

	if (!rest.p || line.n <= n || memcmp(line.p, key, n) || line.p[n] != ' ')
		return false;
	*value = span_make(line.p + n + 1, line.n - n - 1);
	*s = rest;
	return true;
}

/* "Name <email> 1789000000 +0000" */
static bool read_ident(struct span s, struct span *name, struct span *email, int64_t *time)
{
	const char *open = s.n ? memchr(s.p, '<', s.n) : NULL;
	const char *close = s.n ? memrchr(s.p, '>', s.n) : NULL;
	struct span tail;
	long seconds;

	if (!open || !close || close < open)
		return false;
	*name = span_trim(span_make(s.p, (size_t)(open - s.p)));
	*email = span_make(open + 1, (size_t)(close - open) - 1);
	tail = span_trim(span_make(close + 1, s.n - (size_t)(close + 1 - s.p)));
	if (!span_number(span_cut(&tail, ' '), LONG_MAX, &seconds))
		return false;
	*time = seconds;
	return true;
}

static bool read_parents(struct span *s, struct version *v)
{
	struct span value;

	while (take(s, "parent", &value)) {
		struct oid id;
		if (!oid_parse(value, &id))
			return false;
		if (v->parent_count < VERSION_PARENTS)
			v->parents[v->parent_count] = id;
		v->parent_count++;
	}
	return true;
}

/* The headers after the committer, up to the empty line; notes where the signature stands. */
static bool read_others(struct span object, struct span *s, struct raw_commit *raw)
{
	bool in_signature = false;

	while (s->n && s->p[0] != '\n') {
		size_t at = (size_t)(s->p - object.p);
		struct span line = span_cut(s, '\n');
		if (!s->p)
			return false;
		if (line.p[0] != ' ') {
			in_signature = span_starts(line, SPAN("gpgsig "));
			raw->signatures += in_signature;
			if (in_signature)
				raw->from = at;
		}
		if (in_signature)
			raw->to = at + line.n + 1;
	}
	return true;
}

enum status raw_parse(struct span object, struct raw_commit *raw, struct version *v)
{
	struct span s = object, value;

	*raw = (struct raw_commit){0};
	*v = (struct version){.object = object};
	if (utf8_check(object) != object.n)
		return fail(ST_CORRUPT, "a commit is not UTF-8");
	if (!take(&s, "tree", &value) || !oid_parse(value, &raw->tree) || !read_parents(&s, v) ||
	    !take(&s, "author", &value) ||
	    !read_ident(value, &v->author_name, &v->author_email, &v->author_time) ||
	    !take(&s, "committer", &value) ||
	    !read_ident(value, &v->committer_name, &v->committer_email, &v->time) ||
	    !read_others(object, &s, raw))
		return fail(ST_CORRUPT, "a commit cannot be read");
	raw->message = s.n ? span_make(s.p + 1, s.n - 1) : SPAN("");
	v->has_signature = raw->signatures > 0;
	message_read(raw->message, v);
	return ST_OK;
}

void raw_signature(struct span object, const struct raw_commit *raw, struct buf *signature,
		   struct buf *signed_bytes)
{
	struct span folded = span_make(object.p + raw->from, raw->to - raw->from);

	buf_add(signed_bytes, object.p, raw->from);
	buf_add(signed_bytes, object.p + raw->to, object.n - raw->to);
	if (!raw->signatures)
		return;
	folded = span_make(folded.p + strlen("gpgsig "), folded.n - strlen("gpgsig "));
	while (folded.n) {
		buf_addspan(signature, span_cut(&folded, '\n'));
		buf_addc(signature, '\n');
		if (folded.n && folded.p[0] == ' ')
			folded = span_make(folded.p + 1, folded.n - 1);
	}
}
