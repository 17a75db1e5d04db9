#include "vault/page/tabs.h"

#include "vault/page/lists.h"

/* Who reads contents; administrators only in the board's place, for a while. */
#define STAFF (~(ROLE_BIT(ROLE_HOUSEHOLD) | ROLE_BIT(ROLE_AUDITOR)))
#define FAMILY ROLE_BIT(ROLE_HOUSEHOLD)

static const struct tab {
	const char *pattern; /* of its route */
	const char *rest;    /* behind /children/C */
	const char *label, *family_label;
	role_set roles;
} tabs[TAB_COUNT] = {
    [TAB_KARTE] = {"/children/:child", "", "概要", "このお子さん", STAFF | FAMILY},
    [TAB_SHEETS] = {"/children/:child", "#sheets", "シート", NULL, STAFF | FAMILY},
    [TAB_GROWTH] = {"/children/:child/growth", "/growth", "健診・発育", NULL, STAFF | FAMILY},
    [TAB_FILES] = {"/children/:child/files", "/files", "ファイル", NULL, STAFF | FAMILY},
    [TAB_CONSENTS] = {"/children/:child/consents", "/consents", "同意", NULL, STAFF | FAMILY},
    [TAB_HANDOVER] = {"/children/:child/handover", "/handover", "引き継ぎ", NULL, STAFF | FAMILY},
    [TAB_TIMELINE] = {"/children/:child/timeline", "/timeline", "できごと", NULL, STAFF | FAMILY},
    [TAB_ACCESSES] = {"/children/:child/accesses", "/accesses", "だれが見たか", NULL,
		      FAMILY | ROLE_BIT(ROLE_BOARD)},
    [TAB_PRINT] = {"/children/:child/print", "/print", "印刷", "印刷・PDF", STAFF | FAMILY},
};

static void put_tab(const struct page *p, struct html *h, const struct tab *t, bool now)
{
	bool family = p->who->role == ROLE_HOUSEHOLD;
	char href[HREF_MAX];

	href_child(href, p->q.child, t->rest);
	html_open(h, "li");
	html_open(h, "a");
	html_attrs(h, "href", href);
	html_attrs(h, "aria-current", now ? "page" : NULL);
	html_texts(h, family && t->family_label ? t->family_label : t->label);
	html_close(h);
	html_close(h);
}

void child_tabs(const struct page *p, struct html *h, enum child_tab now)
{
	html_open(h, "nav");
	html_class(h, "subnav");
	html_attrs(h, "aria-label", "このお子さんのページ");
	html_open(h, "ul");
	for (size_t i = 0; i < TAB_COUNT; i++)
		if (role_in(p->who->role, tabs[i].roles) && page_exists(tabs[i].pattern))
			put_tab(p, h, &tabs[i], i == now);
	html_close(h);
	html_close(h);
}
