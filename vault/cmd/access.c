/* karte access: exceptions and settings of who may see what. */
#include "generator/base/json.h"
#include "vault/cmd/cmd.h"
#include "vault/flow/ranges.h"
#include "vault/flow/reach_of.h"
#include "vault/flow/registry.h"

#include <stdio.h>
#include <time.h>

struct words {
	const char *account, *institution, *child, *children_of, *type, *section, *from, *to,
	    *reason;
	const char *lead, *tail, *reads, *glass, *factor, *guardians;
	bool write, dry_run;
};

static struct question question_of(const struct cmd_env *env)
{
	return (struct question){.action = ACT_ADMIN,
				 .who = &env->actor.account,
				 .request = env->actor.request,
				 .now = (int64_t)time(NULL)};
}

/* ---- list --------------------------------------------------------------------------------- */

static void print_json(const struct range_row *r)
{
	struct buf out;

	buf_init(&out, 16 * 1024);
	json_open(&out);
	json_pair(&out, "id", span_of(r->id));
	json_pair(&out, "effect", r->opens ? SPAN("open") : SPAN("close"));
	json_key(&out, "write");
	json_bool(&out, r->write);
	json_pair(&out, "account", span_of(r->account));
	json_pair(&out, "institution", span_of(r->institution));
	json_pair(&out, "child", span_of(r->child));
	json_pair(&out, "children-of", span_of(r->children_of));
	json_pair(&out, "type", span_of(r->type));
	json_pair(&out, "section", span_of(r->section));
	json_pair(&out, "since", span_of(r->since));
	json_pair(&out, "until", span_of(r->until));
	json_pair(&out, "state", span_of(r->state));
	json_pair(&out, "asked-by", span_of(r->asked_by));
	json_pair(&out, "confirmed-by", span_of(r->confirmed_by));
	json_pair(&out, "ended-by", span_of(r->ended_by));
	json_pair(&out, "reason", span_of(r->reason));
	json_close(&out);
	puts(buf_str(&out));
	buf_clear(&out);
}

static const char *or_all(const char *text)
{
	return text[0] ? text : "*";
}

static enum status print_range(void *ctx, const struct range_row *r)
{
	const struct cmd_env *env = ctx;

	if (env->json) {
		print_json(r);
		return ST_OK;
	}
	printf("%s %-9s %s%s %s%s -> %s%s %s/%s %s..%s %s%s%s\n", r->id, r->state,
	       r->opens ? "open" : "close", r->write ? " write" : "",
	       r->account[0] ? "account:" : "institution:",
	       r->account[0] ? r->account : r->institution, r->children_of[0] ? "at:" : "child:",
	       or_all(r->children_of[0] ? r->children_of : r->child), or_all(r->type),
	       or_all(r->section), r->since, r->until, r->asked_by, r->confirmed_by[0] ? " + " : "",
	       r->confirmed_by);
	return ST_OK;
}

/* ---- opening and closing ------------------------------------------------------------------- */

static bool take(const char *text, char *out, size_t cap)
{
	return !text || span_copy(span_of(text), out, cap);
}

static enum status fill(const struct words *w, bool opens, struct range_row *r)
{
	*r = (struct range_row){.opens = opens, .write = w->write};
	if (!take(w->account, r->account, sizeof r->account) ||
	    !take(w->institution, r->institution, sizeof r->institution) ||
	    !take(w->child, r->child, sizeof r->child) ||
	    !take(w->children_of, r->children_of, sizeof r->children_of) ||
	    !take(w->type, r->type, sizeof r->type) ||
	    !take(w->section, r->section, sizeof r->section) ||
	    !take(w->from, r->since, sizeof r->since) || !take(w->to, r->until, sizeof r->until) ||
	    !take(w->reason, r->reason, sizeof r->reason))
		return fail(ST_USAGE, "どれかの値が長すぎます");
	return ST_OK;
}

struct trial_run {
	struct cmd_env *env;
	const struct reach_trial *trial;
	int64_t moment;
	const struct account *who;
};

static enum status print_change(void *ctx, enum reach_change what, const struct reach_line *before,
				const struct reach_line *after)
{
	static const char *const marks[] = {
	    [REACH_GAINED] = "+", [REACH_LOST] = "-", [REACH_CHANGED] = "~"};
	const struct trial_run *t = ctx;
	const struct reach_line *l = after ? after : before;

	printf("%s %s %s %s%s%s%s R:%.*s W:%.*s\n", marks[what], t->who->id, l->child->id,
	       l->sheet ? l->sheet->type : "karte", l->sheet ? "/" : "",
	       l->sheet ? l->sheet->id : "", l->read_only ? " read-only" : "", SPAN_ARG(l->reads),
	       SPAN_ARG(l->writes));
	return ST_OK;
}

static enum status try_account(void *ctx, const struct account *a)
{
	struct trial_run *t = ctx;

	t->who = a;
	return reach_difference(t->env->app, a, t->moment, t->trial, print_change, t);
}

static enum status try_trial(struct cmd_env *env, const struct reach_trial *trial, int64_t now)
{
	struct trial_run run = {env, trial, reach_moment(trial, now), NULL};
	enum status st = cmd_note_read(env, "admin.reach", SPAN_NONE, SPAN_NONE);

	return st ? st : account_each(env->app->db, try_account, &run);
}

static enum status change(struct cmd_env *env, const struct words *w, bool opens)
{
	struct question q = question_of(env);
	struct range_row r;
	const struct reach_trial trial = {.add = &r};
	enum status st = fill(w, opens, &r);

	if (!st && w->dry_run)
		st = range_check(env->app, &r, q.now);
	if (!st && w->dry_run)
		return try_trial(env, &trial, q.now);
	if (!st)
		st = range_ask(env->app, &env->actor, &q, &r);
	if (!st)
		printf("%s %s\n", r.id, r.state);
	return st;
}

/* ---- settings ------------------------------------------------------------------------------ */

static enum status number(const char *text, int most, int *out)
{
	long n;

	if (!text)
		return ST_OK;
	if (!span_number(span_of(text), most, &n))
		return fail(ST_USAGE, "0から%dまでの数で書いてください: %s", most, text);
	*out = (int)n;
	return ST_OK;
}

static enum status read_settings(const struct words *w, struct policy *p)
{
	enum status st = number(w->lead, POLICY_DAYS_MAX, &p->lead_days);
	bool known = !w->reads;

	if (!st)
		st = number(w->tail, POLICY_DAYS_MAX, &p->tail_days);
	if (!st)
		st = number(w->glass, POLICY_GLASS_MAX, &p->glass_minutes);
	for (int i = ADMIN_READS_NEVER; w->reads && i <= ADMIN_READS_ALWAYS; i++)
		if (strcmp(w->reads, admin_reads_name((enum admin_reads)i)) == 0) {
			p->admin_reads = (enum admin_reads)i;
			known = true;
		}
	if (!st && !known)
		st = fail(ST_USAGE, "--admin-reads は never、reason、always のどれかです");
	if (!st && w->factor && strcmp(w->factor, "yes") != 0 && strcmp(w->factor, "no") != 0)
		st = fail(ST_USAGE, "--staff-second-factor は yes か no です");
	if (!st && w->factor)
		p->staff_second_factor = strcmp(w->factor, "yes") == 0;
	if (!st && w->guardians && strcmp(w->guardians, "either") != 0 &&
	    strcmp(w->guardians, "both") != 0)
		st = fail(ST_USAGE, "--guardians は either か both です");
	if (!st && w->guardians)
		p->both_guardians = strcmp(w->guardians, "both") == 0;
	return st;
}

static void print_settings(const char *state, const char *by, const struct policy *p, bool json)
{
	struct buf out;

	buf_init(&out, 4096);
	if (json) {
		json_open(&out);
		json_pair(&out, "state", span_of(state));
		json_pair(&out, "asked-by", by ? span_of(by) : SPAN_NONE);
		json_key(&out, "lead-days");
		json_int(&out, p->lead_days);
		json_key(&out, "tail-days");
		json_int(&out, p->tail_days);
		json_pair(&out, "admin-reads", span_of(admin_reads_name(p->admin_reads)));
		json_key(&out, "break-glass-minutes");
		json_int(&out, p->glass_minutes);
		json_key(&out, "staff-second-factor");
		json_bool(&out, p->staff_second_factor);
		json_pair(&out, "guardians", p->both_guardians ? SPAN("both") : SPAN("either"));
		json_close(&out);
		buf_addc(&out, '\n');
	} else {
		buf_addf(&out, "# %s%s%s\n", state, by ? " by " : "", by ? by : "");
		policy_write(p, &out);
	}
	fputs(buf_str(&out), stdout);
	buf_clear(&out);
}

static enum status show_settings(struct cmd_env *env)
{
	struct asked_policy asked;
	struct policy p;
	enum status st = policy_load(env->app, &p);

	if (st)
		return st;
	print_settings("in-force", NULL, &p, env->json);
	st = registry_asked_policy(env->app, &asked);
	if (!st)
		print_settings("asked", asked.by, &asked.policy, env->json);
	return st == ST_NOTFOUND ? ST_OK : st;
}

static enum status settings(struct cmd_env *env, const struct words *w)
{
	struct question q = question_of(env);
	struct policy p;
	bool waits = false;
	enum status st = policy_load(env->app, &p);

	if (!w->lead && !w->tail && !w->reads && !w->glass && !w->factor && !w->guardians)
		return show_settings(env);
	if (!st)
		st = read_settings(w, &p);
	if (!st && w->dry_run)
		return try_trial(env, &(struct reach_trial){.policy = &p}, q.now);
	if (!st)
		st = policy_ask(env->app, &env->actor, &q, &p, &waits);
	if (!st)
		puts(waits ? "asked" : "in-force");
	return st;
}

/* ---- the command --------------------------------------------------------------------------- */

static const struct verb {
	const char *name;
	int words; /* that follow */
} verbs[] = {{"list", 0},    {"open", 0}, {"close", 0},	   {"confirm", 1},
	     {"decline", 1}, {"end", 1},  {"settings", 0}, {NULL, 0}};

/* What has come of it, since who confirms at a command line has not seen a page before. */
static enum status confirm_settings(struct cmd_env *env, const struct question *q)
{
	enum status st = policy_confirm(env->app, &env->actor, q, SPAN_NONE);

	return st ? st : show_settings(env);
}

static enum status by_id(struct cmd_env *env, const char *verb, const char *id)
{
	struct question q = question_of(env);
	bool set = strcmp(id, "settings") == 0;

	if (strcmp(verb, "confirm") == 0)
		return set ? confirm_settings(env, &q)
			   : range_confirm(env->app, &env->actor, &q, span_of(id));
	if (strcmp(verb, "decline") == 0)
		return set ? policy_decline(env->app, &env->actor, &q)
			   : range_decline(env->app, &env->actor, &q, span_of(id));
	return range_end(env->app, &env->actor, &q, span_of(id));
}

static enum status list(struct cmd_env *env)
{
	enum status st = cmd_note_read(env, "admin.access", SPAN_NONE, SPAN_NONE);

	return st ? st : range_each(env->app->db, print_range, env);
}

static enum status run(struct cmd_env *env, const struct words *w, int argc, char **argv)
{
	const struct verb *v = verbs;

	while (v->name && strcmp(v->name, argv[0]) != 0)
		v++;
	if (!v->name || argc != v->words + 1)
		return fail(ST_USAGE,
			    "list、open、close、confirm、decline、end、settings のどれかを"
			    "指定してください");
	if (v->words)
		return by_id(env, v->name, argv[1]);
	if (strcmp(v->name, "list") == 0)
		return list(env);
	if (strcmp(v->name, "settings") == 0)
		return settings(env, w);
	return change(env, w, strcmp(v->name, "open") == 0);
}

/* With --as it may be anybody. */
static enum status may_look(struct cmd_env *env)
{
	const struct question q = question_of(env);
	struct decision d;

	return decide(env->app, &q, &d, NULL);
}

enum status cmd_access(struct cmd_env *env, int argc, char **argv)
{
	struct words w = {.account = NULL};
	const struct cmd_option options[] = {
	    {"account", &w.account, NULL},
	    {"institution", &w.institution, NULL},
	    {"child", &w.child, NULL},
	    {"children-of", &w.children_of, NULL},
	    {"type", &w.type, NULL},
	    {"section", &w.section, NULL},
	    {"from", &w.from, NULL},
	    {"to", &w.to, NULL},
	    {"reason", &w.reason, NULL},
	    {"write", NULL, &w.write},
	    {"dry-run", NULL, &w.dry_run},
	    {"lead-days", &w.lead, NULL},
	    {"tail-days", &w.tail, NULL},
	    {"admin-reads", &w.reads, NULL},
	    {"break-glass-minutes", &w.glass, NULL},
	    {"staff-second-factor", &w.factor, NULL},
	    {"guardians", &w.guardians, NULL},
	};
	enum status st = cmd_options(env, options, sizeof options / sizeof *options, &argc, &argv);

	if (!st)
		st = cmd_words("access", argc, 1, 2);
	if (!st)
		st = cmd_open(env, APP_DATA);
	if (!st)
		st = cmd_actor(env);
	if (!st)
		st = may_look(env);
	return st ? st : run(env, &w, argc, argv);
}
