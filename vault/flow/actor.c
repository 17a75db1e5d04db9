#include "vault/flow/actor.h"

#include "vault/auth/password.h"
#include "vault/db/session.h"

#include <pwd.h>
#include <stdio.h>
#include <sys/random.h>
#include <unistd.h>

static void new_request(char out[static REQUEST_ID_LEN + 1])
{
	unsigned char raw[REQUEST_ID_LEN / 2];

	if (getrandom(raw, sizeof raw, 0) != (ssize_t)sizeof raw)
		memset(raw, 0, sizeof raw);
	for (size_t i = 0; i < sizeof raw; i++)
		snprintf(out + i * 2, 3, "%02x", raw[i]);
}

static void set_email(struct actor *a, const struct app *app)
{
	const char *id = a->account.id;

	snprintf(a->email, sizeof a->email, "%s@%s", strncmp(id, "os:", 3) == 0 ? id + 3 : id,
		 app->conf.hostname);
}

void actor_operator(struct actor *a, const struct app *app)
{
	const struct passwd *pw = getpwuid(geteuid());

	*a = (struct actor){.key = app->host_key};
	snprintf(a->account.id, sizeof a->account.id, "os:%.28s", pw ? pw->pw_name : "unknown");
	snprintf(a->account.name, sizeof a->account.name, "%s", a->account.id + 3);
	a->account.role = ROLE_ADMIN;
	set_email(a, app);
	new_request(a->request);
}

void actor_session(struct actor *a, const struct app *app, const struct account *account,
		   struct seal_secret *secret, const char *request)
{
	*a = (struct actor){.account = *account, .secret = secret};
	a->key = a->account.key;
	set_email(a, app);
	snprintf(a->request, sizeof a->request, "%s", request);
}

enum status actor_account(struct actor *a, struct app *app, struct span id, struct span password)
{
	struct seal_secret *secret = NULL;
	struct account account;
	struct buf verifier, sealed;
	char request[REQUEST_ID_LEN + 1];
	enum status st;

	*a = (struct actor){.key = NULL};
	buf_init(&verifier, 256);
	buf_init_secret(&sealed, 1024);
	st = account_get(app->db, id, &account);
	if (!st)
		st = secret_get(app->db, id, &verifier, &sealed);
	if (st == ST_NOTFOUND)
		st = password_dummy(password);
	else if (!st)
		st = password_verify(buf_str(&verifier), password);
	if (!st && account.disabled)
		st = ST_DENIED;
	if (!st)
		st = seal_open(&secret, buf_str(&sealed), password, id);
	if (!st) {
		new_request(request);
		actor_session(a, app, &account, secret, request);
		a->key = a->account.key;
	} else if (st == ST_DENIED) {
		fail(ST_DENIED, "account or password is wrong");
	}
	buf_clear(&verifier);
	buf_clear(&sealed);
	return st;
}

void actor_clear(struct actor *a)
{
	seal_secret_free(a->secret);
	a->secret = NULL;
}
