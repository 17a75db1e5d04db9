#include "generator/render/names.h"

#include "generator/base/day.h"

static void say_date(struct buf *out, struct span text)
{
	struct day d;
	char said[DAY_TEXT];

	if (!day_parse(text, &d)) {
		buf_addspan(out, text);
		return;
	}
	day_long(d, said);
	buf_adds(out, said);
}

/* 08:30 as 8:30. */
static void say_time(struct buf *out, struct span text)
{
	if (text.n == 5 && text.p[0] == '0')
		text = span_make(text.p + 1, text.n - 1);
	buf_addspan(out, text);
}

static void say_choice(struct buf *out, const struct field *f, struct span id)
{
	const struct choice *c = field_choice(f, id);

	buf_addspan(out, c ? c->label : id);
}

static void say_named(struct buf *out, struct span (*find)(void *, struct span), void *ctx,
		      struct span id)
{
	struct span name = find ? find(ctx, id) : SPAN_NONE;

	buf_addspan(out, name.p ? name : id);
}

void say_scalar(struct buf *out, const struct field *f, struct span text,
		const struct render_names *names)
{
	static const struct render_names none;
	const struct render_names *n = names ? names : &none;

	if (!text.p)
		return;
	switch (f->kind) {
	case F_DATE:
		say_date(out, text);
		break;
	case F_TIME:
		say_time(out, text);
		break;
	case F_FLAG:
		buf_adds(out, span_is(text, "true") ? "はい" : "いいえ");
		break;
	case F_CHOICE:
	case F_CHOICES:
		say_choice(out, f, text);
		break;
	case F_INSTITUTION:
		say_named(out, n->institution, n->ctx, text);
		break;
	case F_FILE:
		say_named(out, n->file, n->ctx, text);
		break;
	case F_NUMBER:
	case F_COMPUTED:
		buf_addspan(out, text);
		buf_addspan(out, f->unit);
		break;
	default:
		buf_addspan(out, text);
	}
}
