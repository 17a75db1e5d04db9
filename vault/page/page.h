/*
 * One request on its way to an answer, and the pages that answer: one URL family a file, no SQL,
 * no git.  A handler translates HTTP to a call of vault/flow/ and its outcome to HTML.
 */
#ifndef KARTE_PAGE_PAGE_H
#define KARTE_PAGE_PAGE_H

#include "generator/base/arena.h"
#include "vault/auth/csrf.h"
#include "vault/flow/decide.h"
#include "vault/flow/sign_in.h"
#include "vault/http/arrival.h"
#include "vault/http/form.h"
#include "vault/http/multipart.h"
#include "vault/http/response.h"
#include "vault/http/route.h"
#include "vault/http/server.h"

/* Files that one form may bring. */
enum { PAGE_FILES_MAX = 10 };

enum { PAGE_HTML_MAX = 16 * 1024 * 1024, PAGE_ARENA_MAX = 16 * 1024 * 1024 };

struct page {
	struct app *app;
	const struct request *req;
	struct response *res;
	struct arena *arena; /* given back after the answer */
	struct session session;
	const struct account *who; /* NULL: nobody is signed in, or the second factor is missing */
	char ended[ID_MAX + 1];	   /* whose session has ended, or "" */
	unsigned char ended_token[TOKEN_HASH]; /* and what its forms' csrf was made from */
	char csrf[CSRF_TEXT];	  /* for the forms of this answer; "" without a session */
	struct params params;	  /* of the path */
	struct form query, form;  /* of the URL; of the body */
	struct multipart files;	  /* of the body, where the route takes them */
	struct question q;	  /* what is asked, with the action of the route */
	struct decision decision; /* about it, unless the route decides itself */
};

/*
 * Fills the response.  A status other than ST_OK makes the error page for it; what was put into
 * the response so far is thrown away.
 */
typedef enum status page_handler(struct page *p);

/* What is special about a page. */
enum {
	PLAIN = 0,
	DECIDES_ITSELF = 1, /* the flow decides, since only it knows the sheet */
	FOR_ANYBODY = 2,    /* the same for all: no session is looked up */
	TAKES_FILES = 4,    /* its form may be multipart/form-data */
	INTO_FILES = 8,	    /* and its files go to the disk, so that they may be large */
	BY_TOKEN = 16,	    /* for programs with an access token: no session, no form of ours */
};

struct page_route {
	struct route route; /* first: http/route.h walks the table by it */
	enum action action; /* what the visitor must be allowed to do */
	page_handler *handler;
	unsigned how;
};

extern const struct page_route page_routes[];
extern const size_t page_route_count;

/* Is there a route of this pattern?  For bars of links to pages that may not be there. */
bool page_exists(const char *pattern);

/* The answer function of the server; ctx is the struct app. */
void page_answer(void *ctx, const struct request *req, struct response *res);

/* The page in place of one whose record could not be written. */
void page_broken(void *ctx, const struct request *req, struct response *res);

/* Is the answer in memory, and nobody's in particular?  For the server's prompt answers. */
bool page_prompt(void *ctx, const struct request *req);

/* Whether the body of a form with files is taken: for the server's plan. */
void page_plan(void *ctx, const struct request *req, struct body_plan *out);

/* The page for a failure.  409 and 422 are made by the pages that know the form. */
enum status page_error(struct page *p, int status, long retry_after);

page_handler page_home, page_login, page_login_post, page_logout, page_children, page_karte,
    page_karte_pdf, page_sheet_new, page_sheet, page_sheet_pdf, page_check, page_step,
    page_edit_list, page_edit, page_save, page_drafts, page_draft_post, page_restore, page_history,
    page_version, page_version_pdf, page_audit, page_help, page_static_page, page_asset,
    page_health, page_ready, page_verify, page_admin_access, page_admin_range_new,
    page_admin_range_save, page_admin_range_confirm, page_admin_range_decline, page_admin_range_end,
    page_admin_settings, page_admin_settings_confirm, page_admin_settings_decline,
    page_admin_retention, page_admin_retention_one, page_admin_retention_ask,
    page_admin_retention_confirm, page_admin_retention_decline, page_admin_retention_hold,
    page_admin_retention_unhold, page_admin_certificate, page_certificates, page_audit_certificate;
page_handler page_code, page_code_post, page_passkey, page_first, page_first_post, page_account,
    page_password, page_password_post, page_factors, page_totp, page_totp_post, page_passkey_add,
    page_factor_drop, page_codes, page_codes_post, page_codes_pdf, page_sessions,
    page_sessions_post, page_session, page_kept, page_kept_drop;
page_handler page_print, page_print_post, page_timeline, page_display, page_display_post;
page_handler page_accesses, page_child_open, page_child_open_post, page_open, page_open_post,
    page_admin_children, page_admin_child_new, page_admin_child_create, page_admin_child,
    page_admin_child_edit, page_admin_child_enrol, page_admin_child_leave, page_admin_child_class,
    page_admin_guardian_add, page_admin_guardian_suspend, page_admin_guardian_resume,
    page_admin_guardian_remove, page_admin_protect, page_admin_unprotect, page_admin_households;
page_handler page_handovers, page_handover_new, page_handover_ask, page_handover,
    page_handover_answer, page_handover_open, page_handover_confirm, page_handover_feedback,
    page_handover_close, page_handover_package, page_handover_package_pdf,
    page_handover_package_key;
page_handler page_admin_home, page_admin_accounts, page_admin_account_new,
    page_admin_account_create, page_admin_account, page_admin_account_edit,
    page_admin_account_disable, page_admin_account_enable, page_admin_account_reset,
    page_admin_account_slip, page_admin_slips, page_admin_import, page_admin_import_post,
    page_admin_template, page_admin_institutions, page_admin_institution_new,
    page_admin_institution_create, page_admin_institution, page_admin_institution_edit,
    page_admin_institution_close, page_admin_institution_reopen, page_admin_merge,
    page_admin_merge_post, page_growth, page_growth_pdf;
page_handler page_audit_export, page_audit_record, page_audit_exposure, page_audit_retention,
    page_exposure;
page_handler page_checkpoint, page_tile, page_bodies, page_body;
page_handler page_audit_state, page_audit_changes, page_audit_change, page_audit_change_open,
    page_audit_content, page_audit_keys, page_audit_verify, page_audit_verify_start,
    page_audit_verify_run, page_audit_report;
page_handler page_admin_alerts, page_admin_alert_seen, page_audit_alerts;
page_handler page_files, page_files_post, page_file, page_file_get, page_file_remove;
page_handler page_consents, page_consent_new, page_consent_ask, page_consent, page_consent_answer,
    page_consent_withdraw, page_consent_paper, page_consent_pdf, page_consent_cancel,
    page_consent_check, page_consent_scan, page_consent_confirm, page_consent_return;
page_handler page_git_refs, page_git_pack, page_git_push, page_bundle, page_bundle_open,
    page_keys_asc, page_keys_csv, page_tokens, page_tokens_post, page_tokens_end;
page_handler page_releases, page_release_new, page_release_create, page_release,
    page_release_preview, page_release_ask, page_release_confirm, page_release_stop,
    page_release_recall, page_release_drop;

#endif
