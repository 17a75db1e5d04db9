/* Every page of the vault.  A row without an action does not compile; see tests/http. */
#include "vault/page/page.h"

#define SHEET "/children/:child/sheets/:type/:id"

const struct page_route page_routes[] = {
    {{M_GET, "/"}, ACT_HOME, page_home, false, false},
    {{M_GET, "/login"}, ACT_PUBLIC, page_login, false, false},
    {{M_POST, "/login"}, ACT_PUBLIC, page_login_post, false, false},
    {{M_POST, "/logout"}, ACT_HOME, page_logout, false, false},
    {{M_GET, "/children"}, ACT_CHILD_LIST, page_children, false, false},
    {{M_GET, "/children/:child"}, ACT_CHILD_READ, page_karte, false, false},
    {{M_GET, "/children/:child/karte.pdf"}, ACT_CHILD_READ, page_karte_pdf, false, false},
    {{M_POST, "/children/:child/sheets"}, ACT_SHEET_WRITE, page_sheet_new, true, false},
    {{M_GET, SHEET}, ACT_SHEET_READ, page_sheet, true, false},
    {{M_GET, SHEET ".pdf"}, ACT_SHEET_READ, page_sheet_pdf, true, false},
    {{M_GET, SHEET "/edit"}, ACT_SHEET_WRITE, page_edit, true, false},
    {{M_POST, SHEET "/edit"}, ACT_SHEET_WRITE, page_save, true, false},
    {{M_GET, SHEET "/history"}, ACT_SHEET_READ, page_history, true, false},
    {{M_GET, SHEET "/history/:version"}, ACT_SHEET_READ, page_version, true, false},
    {{M_GET, SHEET "/history/:version.pdf"}, ACT_SHEET_READ, page_version_pdf, true, false},
    {{M_GET, "/audit"}, ACT_AUDIT_READ, page_audit, false, false},
    {{M_GET, "/verify/:version"}, ACT_PUBLIC, page_verify, false, false},
    {{M_GET, "/help/:page"}, ACT_PUBLIC, page_help, false, false},
    {{M_GET, "/:page"}, ACT_PUBLIC, page_static_page, false, false},
    {{M_GET, "/assets/:name"}, ACT_PUBLIC, page_asset, false, true},
    {{M_GET, "/healthz"}, ACT_PUBLIC, page_health, false, true},
    {{M_GET, "/readyz"}, ACT_PUBLIC, page_ready, false, true},
};
const size_t page_route_count = sizeof page_routes / sizeof *page_routes;
