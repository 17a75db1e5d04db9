#include "vault/page/help_link.h"

static const struct {
	const char *part; /* of the address; the first that fits */
	const char *staff, *family, *auditor;
} helps[] = {
    {"/audit/changes", NULL, NULL, "/help/audit-change"},
    {"/changes/", NULL, NULL, "/help/audit-change"},
    {"/audit/keys", NULL, NULL, "/help/audit-change"},
    {"/audit/verify", NULL, NULL, "/help/audit-verify"},
    {"/audit/log", NULL, NULL, "/help/auditor"},
    {"/audit", NULL, NULL, "/help/audit-verify"},
    {"/settings/display", "/help/display", "/help/display", "/help/display"},
    {"/releases", "/help/release", NULL, NULL},
    {"/drafts", "/help/write", NULL, NULL},
    {"/consents", "/help/ask", "/help/consent", NULL},
    {"/handover", "/help/handover", "/help/consent", NULL},
    {"/files", "/help/files", NULL, NULL},
    {"/growth", "/help/growth", "/help/growth", NULL},
    {"/print", "/help/print", "/help/print", NULL},
    {"/edit", "/help/write", NULL, NULL},
    {"/history", "/help/write", NULL, NULL},
    {"/check", "/help/steps", NULL, NULL},
    {"/step", "/help/steps", NULL, NULL},
};

const char *help_link(const struct page *p)
{
	if (!p->who || p->who->role == ROLE_ADMIN)
		return NULL;
	for (size_t i = 0; i < sizeof helps / sizeof *helps; i++)
		if (span_find(p->req->path, span_of(helps[i].part)) >= 0)
			return p->who->role == ROLE_HOUSEHOLD ? helps[i].family
			       : p->who->role == ROLE_AUDITOR ? helps[i].auditor
							      : helps[i].staff;
	return NULL;
}
