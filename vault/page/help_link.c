#include "vault/page/help_link.h"

static const struct {
	const char *part; /* of the address; the first that fits */
	const char *staff, *family;
} helps[] = {
    {"/settings/display", "/help/display", "/help/display"},
    {"/releases", "/help/release", NULL},
    {"/drafts", "/help/write", NULL},
    {"/consents", "/help/ask", "/help/consent"},
    {"/handover", "/help/handover", "/help/consent"},
    {"/files", "/help/files", NULL},
    {"/growth", "/help/growth", "/help/growth"},
    {"/print", "/help/print", "/help/print"},
    {"/edit", "/help/write", NULL},
    {"/history", "/help/write", NULL},
    {"/check", "/help/steps", NULL},
    {"/step", "/help/steps", NULL},
};

const char *help_link(const struct page *p)
{
	if (!p->who || p->who->role == ROLE_ADMIN || p->who->role == ROLE_AUDITOR)
		return NULL;
	for (size_t i = 0; i < sizeof helps / sizeof *helps; i++)
		if (span_find(p->req->path, span_of(helps[i].part)) >= 0)
			return p->who->role == ROLE_HOUSEHOLD ? helps[i].family : helps[i].staff;
	return NULL;
}
