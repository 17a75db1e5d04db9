#include "vault/flow/consent_print.h"

#include "generator/render/slip.h"
#include "vault/journal/journal.h"

#include <stdio.h>

enum status consent_print(struct app *app, const struct consent_letter *l, struct buf *pdf)
{
	char url[1024], checkpoint[JOURNAL_SHORT], help[SLIP_TEXT_MAX];
	struct slip slip = {
	    .name = l->name,
	    .account = l->ask,
	    .title = SPAN("同意の お願い"),
	    .lead = l->lead,
	    .steps = l->lines,
	    .nsteps = l->nlines,
	    .qr_label = SPAN("スマートフォンで 返事を するときは、ここから 開けます。"),
	    .until = l->until,
	    .sender = l->sender,
	    .on = l->on,
	};

	journal_checkpoint_seen(app->journal, checkpoint);
	snprintf(help, sizeof help, "%.*s　記録の確認番号 %s", SPAN_ARG(l->help), checkpoint);
	slip.help = span_of(help);
	snprintf(url, sizeof url, "%s%s", app->conf.url, l->path);
	slip.qr = span_of(url);
	return slip_pdf(app->style, app->fonts, &slip, 1, pdf, NULL);
}
