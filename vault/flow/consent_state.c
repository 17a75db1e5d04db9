#include "vault/flow/consent_state.h"

static const char *const words[] = {[SAID_NOTHING] = "nothing",
				    [SAID_AGREE] = "agree",
				    [SAID_CHANGES] = "changes",
				    [SAID_DECLINE] = "decline",
				    [SAID_REVOKE] = "revoke"};

const char *consent_word_name(enum consent_word w)
{
	return words[w];
}

/* How often each word was said by those who count; SAID_NOTHING only by those who are asked. */
static void count(const struct consent_case *c, size_t n[static SAID_REVOKE + 1])
{
	for (size_t i = 0; i < c->nvoices; i++) {
		const struct consent_voice *v = &c->voices[i];
		enum consent_word w = c->exact && !v->current ? SAID_NOTHING : v->word;

		if (v->counts && (v->asked || w != SAID_NOTHING))
			n[w]++;
	}
}

enum consent_state consent_state_of(const struct consent_case *c)
{
	size_t n[SAID_REVOKE + 1] = {0};

	count(c, n);
	if (c->cancelled)
		return CONSENT_CANCELLED;
	if (n[SAID_DECLINE])
		return CONSENT_DECLINED;
	if (n[SAID_REVOKE])
		return CONSENT_REVOKED;
	if (n[SAID_CHANGES])
		return CONSENT_CHANGES;
	if (n[SAID_AGREE] && !(c->both && n[SAID_NOTHING]))
		return CONSENT_AGREED;
	return c->due.y && day_cmp(c->due, c->today) < 0 ? CONSENT_EXPIRED : CONSENT_WAITING;
}
