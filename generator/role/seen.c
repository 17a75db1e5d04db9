#include "generator/role/seen.h"

#include <stdlib.h>

static bool is_seen(const struct problem *p, const struct view *v)
{
	struct span path = span_of(p->field);
	const struct view_field *f;

	span_cut(&path, '.'); /* "f.goal" or "f.tests.2.on" */
	f = v ? view_field(v, span_cut(&path, '.')) : NULL;
	return f && !f->withheld;
}

static void hide(struct problem *p)
{
	static const char unseen[] = "あなたには見えない欄に、直すところがあります。"
				     "その欄を書く人に 伝えてください。";
	char *text = strdup(unseen);

	/* without memory rather nothing than what it says */
	if (text) {
		free(p->text);
		p->text = text;
	} else {
		p->text[0] = '\0';
	}
	free(p->field);
	p->field = NULL;
}

void problems_seen(struct problems *ps, const struct view *v)
{
	for (size_t i = 0; i < ps->count; i++)
		if (ps->list[i].field && span_starts(span_of(ps->list[i].field), SPAN("f.")) &&
		    !is_seen(&ps->list[i], v))
			hide(&ps->list[i]);
}
