/* Which action may be done in which repository, by whom, and what it may touch (design 7). */
#include "vault/flow/law_impl.h"
#include "vault/flow/types_record.h"

enum { MANY = 100000 };

#define CHILD_MD                                                                                   \
	{                                                                                          \
		{                                                                                  \
			CAN_EDIT, "child.md", 1, 1                                                 \
		}                                                                                  \
	}
#define SHEET(kinds)                                                                               \
	{                                                                                          \
		{                                                                                  \
			kinds, "sheets/*/*.md", 1, 1                                               \
		}                                                                                  \
	}
#define FILES(kinds, most)                                                                         \
	{                                                                                          \
		{                                                                                  \
			kinds, "files/*/*", 2, most                                                \
		}                                                                                  \
	}
#define ANSWER                                                                                     \
	{                                                                                          \
		{CAN_ADD, "consents/*.md", 0, 1},                                                  \
		{                                                                                  \
			CAN_PUT, "handovers/*/*.md", 0, 1                                          \
		}                                                                                  \
	}
#define OFFICE                                                                                     \
	{                                                                                          \
		{                                                                                  \
			CAN_ADD, "consents/*.md", 1, 1                                             \
		}                                                                                  \
	}
#define HANDOVER(kinds)                                                                            \
	{                                                                                          \
		{                                                                                  \
			kinds, "handovers/*.md", 1, 1                                              \
		}                                                                                  \
	}
#define INSTITUTION(kinds)                                                                         \
	{                                                                                          \
		{                                                                                  \
			kinds, "institutions/*.yaml", 1, 1                                         \
		}                                                                                  \
	}
#define RANGE(kinds)                                                                               \
	{                                                                                          \
		{                                                                                  \
			kinds, "ranges/*.yaml", 1, 1                                               \
		}                                                                                  \
	}
#define PEOPLE(kinds, keys)                                                                        \
	{                                                                                          \
		{kinds, "accounts/*.yaml", 0, 1}, {CAN_PUT, "keys/*.yaml", 0, keys},               \
		{                                                                                  \
			CAN_PUT, "keys/*.asc", 0, keys                                             \
		}                                                                                  \
	}
#define SETTING(now, asked, most)                                                                  \
	{                                                                                          \
		{CAN_PUT, "settings/access.yaml", now, now},                                       \
		{                                                                                  \
			asked, "settings/access-asked.yaml", most, 1                               \
		}                                                                                  \
	}

static const struct law_rule rules[] = {
    {"child.create", REPO_CHILD, WHO_ADMIN, false, {{CAN_ADD, "child.md", 1, 1}}, law_child_md},
    {"child.update", REPO_CHILD, WHO_ADMIN, false, CHILD_MD, law_child_md},
    {"enrol", REPO_CHILD, WHO_ADMIN, false, CHILD_MD, law_child_md},
    {"leave", REPO_CHILD, WHO_ADMIN, false, CHILD_MD, law_child_md},
    {"transfer", REPO_CHILD, WHO_ADMIN, false, CHILD_MD, law_child_md},
    {"guardian.add", REPO_CHILD, WHO_ADMIN, false, CHILD_MD, law_child_md},
    {"guardian.remove", REPO_CHILD, WHO_ADMIN, false, CHILD_MD, law_child_md},
    {"guardian.suspend", REPO_CHILD, WHO_ADMIN, false, CHILD_MD, law_child_md},
    {"guardian.resume", REPO_CHILD, WHO_ADMIN, false, CHILD_MD, law_child_md},
    {"protect", REPO_CHILD, WHO_ADMIN, false, CHILD_MD, law_child_md},
    {"unprotect", REPO_CHILD, WHO_ADMIN, false, CHILD_MD, law_child_md},
    {"sheet.create", REPO_CHILD, WHO_PERSON, true, SHEET(CAN_ADD), law_sheet_create},
    {"sheet.save", REPO_CHILD, WHO_PERSON, true, SHEET(CAN_EDIT), law_sheet_save},
    {"sheet.restore", REPO_CHILD, WHO_PERSON, true, SHEET(CAN_EDIT), law_sheet_save},
    {"sheet.migrate", REPO_CHILD, WHO_ANY, true, SHEET(CAN_EDIT), law_sheet_migrate},
    {"sheet.remove", REPO_CHILD, WHO_OPERATOR, true, SHEET(CAN_REMOVE), law_sheet_remove},
    {"sheet.submit", REPO_CHILD, WHO_PERSON, true, SHEET(CAN_EDIT), law_sheet_step},
    {"sheet.return", REPO_CHILD, WHO_PERSON, true, SHEET(CAN_EDIT), law_sheet_step},
    {"sheet.recall", REPO_CHILD, WHO_PERSON, true, SHEET(CAN_EDIT), law_sheet_step},
    {"sheet.finalise", REPO_CHILD, WHO_PERSON, true, SHEET(CAN_EDIT), law_sheet_step},
    {"sheet.revise", REPO_CHILD, WHO_PERSON, true, SHEET(CAN_EDIT), law_sheet_step},
    {"sheet.ask",
     REPO_CHILD,
     WHO_PERSON,
     true,
     {{CAN_EDIT, "sheets/*/*.md", 1, 1}, {CAN_ADD, "consents/ask-*.md", 1, 1}},
     law_sheet_step},
    {"consent.ask",
     REPO_CHILD,
     WHO_PERSON,
     false,
     {{CAN_ADD, "consents/ask-*.md", 1, 1}},
     law_consent_ask},
    {"consent.give", REPO_CHILD, WHO_PERSON, false, ANSWER, law_consent_say},
    {"consent.decline", REPO_CHILD, WHO_PERSON, false, ANSWER, law_consent_say},
    {"consent.revoke", REPO_CHILD, WHO_PERSON, false, OFFICE, law_consent_say},
    {"consent.paper", REPO_CHILD, WHO_PERSON, false, OFFICE, law_consent_office},
    {"consent.paper.confirm", REPO_CHILD, WHO_PERSON, false, OFFICE, law_consent_office},
    {"consent.paper.return", REPO_CHILD, WHO_PERSON, false, OFFICE, law_consent_office},
    {"consent.cancel", REPO_CHILD, WHO_PERSON, false, OFFICE, law_consent_office},
    {"handover.ask", REPO_CHILD, WHO_PERSON, false, HANDOVER(CAN_ADD), law_handover},
    {"handover.open", REPO_CHILD, WHO_PERSON, false, HANDOVER(CAN_EDIT), law_handover},
    {"handover.confirm", REPO_CHILD, WHO_PERSON, false, HANDOVER(CAN_EDIT), law_handover},
    {"handover.feedback", REPO_CHILD, WHO_PERSON, false, HANDOVER(CAN_EDIT), law_handover},
    {"handover.package", REPO_CHILD, WHO_PERSON, false, HANDOVER(CAN_EDIT), law_handover},
    {"handover.close", REPO_CHILD, WHO_PERSON, false, HANDOVER(CAN_EDIT), law_handover},
    {"file.add", REPO_CHILD, WHO_ANY, false, FILES(CAN_ADD, 2), law_file_add},
    {"file.remove", REPO_CHILD, WHO_PERSON, false, FILES(CAN_REMOVE, 2), law_file_remove},
    {"release.give", REPO_CHILD, WHO_OPERATOR, false, FILES(CAN_ADD, MANY), law_release},
    {"release.recall", REPO_CHILD, WHO_OPERATOR, false, FILES(CAN_REMOVE, MANY), law_release},

    {"institution.add", REPO_REGISTRY, WHO_ADMIN, false, INSTITUTION(CAN_ADD), law_institution},
    {"institution.update", REPO_REGISTRY, WHO_ADMIN, false, INSTITUTION(CAN_EDIT), law_institution},
    {"institution.close", REPO_REGISTRY, WHO_ADMIN, false, INSTITUTION(CAN_EDIT), law_institution},
    {"institution.reopen", REPO_REGISTRY, WHO_ADMIN, false, INSTITUTION(CAN_EDIT), law_institution},
    {"institution.merge", REPO_REGISTRY, WHO_ADMIN, false, INSTITUTION(CAN_EDIT), law_institution},
    {"account.add", REPO_REGISTRY, WHO_ADMIN, false, PEOPLE(CAN_ADD, 1), law_people},
    {"account.update", REPO_REGISTRY, WHO_ADMIN, false, PEOPLE(CAN_EDIT, 0), law_people},
    {"account.move", REPO_REGISTRY, WHO_ADMIN, false, PEOPLE(CAN_EDIT, 0), law_people},
    {"account.enable", REPO_REGISTRY, WHO_ADMIN, false, PEOPLE(CAN_EDIT, 0), law_people},
    {"account.disable", REPO_REGISTRY, WHO_ADMIN, false, PEOPLE(CAN_EDIT, 1), law_people},
    {"account.reset", REPO_REGISTRY, WHO_ADMIN, false, PEOPLE(CAN_EDIT, 1), law_people},
    {"key.add", REPO_REGISTRY, WHO_OPERATOR, false, PEOPLE(CAN_EDIT, 1), law_people},
    {"key.retire", REPO_REGISTRY, WHO_ADMIN, false, PEOPLE(CAN_EDIT, 1), law_people},
    {"range.ask", REPO_REGISTRY, WHO_ADMIN, false, RANGE(CAN_ADD), law_range},
    {"range.narrow", REPO_REGISTRY, WHO_ADMIN, false, RANGE(CAN_ADD), law_range},
    {"range.confirm", REPO_REGISTRY, WHO_ADMIN, false, RANGE(CAN_EDIT), law_range},
    {"range.decline", REPO_REGISTRY, WHO_ADMIN, false, RANGE(CAN_EDIT), law_range},
    {"range.end", REPO_REGISTRY, WHO_ADMIN, false, RANGE(CAN_EDIT), law_range},
    {"range.end.ask", REPO_REGISTRY, WHO_ADMIN, false, RANGE(CAN_EDIT), law_range},
    {"range.end.decline", REPO_REGISTRY, WHO_ADMIN, false, RANGE(CAN_EDIT), law_range},
    {"setting.change", REPO_REGISTRY, WHO_ADMIN, false, SETTING(1, CAN_REMOVE, 0), law_setting},
    {"setting.ask", REPO_REGISTRY, WHO_ADMIN, false, SETTING(0, CAN_PUT, 1), law_setting},
    {"setting.confirm", REPO_REGISTRY, WHO_ADMIN, false, SETTING(1, CAN_REMOVE, 1), law_setting},
    {"setting.decline", REPO_REGISTRY, WHO_ADMIN, false, SETTING(0, CAN_REMOVE, 1), law_setting},
    {"retention.ask",
     REPO_REGISTRY,
     WHO_ADMIN,
     false,
     {{CAN_ADD, "retention/*.yaml", 1, 1}},
     law_retention},
    {"retention.confirm",
     REPO_REGISTRY,
     WHO_ADMIN,
     false,
     {{CAN_EDIT, "retention/*.yaml", 1, 1}},
     law_retention},
    {"retention.decline",
     REPO_REGISTRY,
     WHO_ADMIN,
     false,
     {{CAN_EDIT, "retention/*.yaml", 1, 1}},
     law_retention},
    {"retention.done",
     REPO_REGISTRY,
     WHO_OPERATOR,
     false,
     {{CAN_EDIT, "retention/*.yaml", 1, 1}},
     law_retention},
    {"retention.hold",
     REPO_REGISTRY,
     WHO_ADMIN,
     false,
     {{CAN_ADD, "holds/*.yaml", 1, 1}},
     law_hold},
    {"retention.unhold",
     REPO_REGISTRY,
     WHO_ADMIN,
     false,
     {{CAN_REMOVE, "holds/*.yaml", 1, 1}},
     law_hold},
    {"type.change",
     REPO_REGISTRY,
     WHO_OPERATOR,
     false,
     {{CAN_PUT | CAN_REMOVE, "types/*/*.yaml", 0, MANY},
      {CAN_PUT | CAN_REMOVE, "forms/*.yaml", 0, MANY},
      {CAN_PUT, TYPES_RULES, 0, 1},
      {CAN_PUT, "types/SHA256SUMS", 1, 1}},
     law_type_change},
};

const struct law_rule *law_rule(struct span action, enum repo_kind kind)
{
	for (size_t i = 0; i < sizeof rules / sizeof *rules; i++)
		if (rules[i].kind == kind && span_is(action, rules[i].action))
			return &rules[i];
	return NULL;
}
