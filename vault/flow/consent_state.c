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

/* How often each word was said by those who count; SAID_NOTHING only by those who are asked.  Does
   a paper of theirs wait? */
static bool count(const struct consent_case *c, size_t n[static SAID_REVOKE + 1])
{
	bool waits = false;

	for (size_t i = 0; i < c->nvoices; i++) {
		const struct consent_voice *v = &c->voices[i];
		enum consent_word w = c->exact && !v->current ? SAID_NOTHING : v->word;

		if (v->counts && (v->asked || w != SAID_NOTHING))
			n[w]++;
		waits = waits || (v->counts && v->waits);
	}
	return waits;
}

enum consent_state consent_state_of(const struct consent_case *c)
{
	size_t n[SAID_REVOKE + 1] = {0};
	bool waits = count(c, n);

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
	if (waits)
		return CONSENT_UNCONFIRMED;
	return c->due.y && day_cmp(c->due, c->today) < 0 ? CONSENT_EXPIRED : CONSENT_WAITING;
}
