#include "vault/conf.h"

#include "generator/base/file.h"
#include "generator/base/path.h"
#include "generator/sheet/yaml.h"
#include "vault/flow/mail_text.h"
#include "vault/http/forwarded.h"

#include <libgen.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#ifndef KARTE_DATADIR
#define KARTE_DATADIR "/usr/local/share/karte"
#endif

enum conf_kind { C_TEXT, C_SECONDS, C_COUNT };

static const struct key {
	const char *name;
	enum conf_kind kind;
	size_t offset, room;
	long least, most; /* of a number; least of a text: its bytes */
	const char *what; /* for the file that init writes */
} keys[] = {
#define TEXT(name, field, least, what)                                                             \
	{                                                                                          \
		name, C_TEXT, offsetof(struct conf, field), sizeof(((struct conf *)0)->field),     \
		    least, 0, what                                                                 \
	}
    TEXT("hostname", hostname, 1, "この保管庫の名前（コミットのアドレスに使います）"),
    TEXT("listen", listen, 1, "待ち受けるアドレスとポート"),
    TEXT("url", url, 1, "利用者がブラウザで開くアドレス（紙の確認用QRコードにも使います）"),
    TEXT("content", content, 1, "シート型とページの置き場所"),
    TEXT("theme", theme, 1, "画面と紙のテーマの置き場所"),
    TEXT("proxies", proxies, 0,
	 "前に置いたプロキシのアドレス（コンマで区切ります。X-Forwarded-Forを信じる相手です）"),
    {"session-idle", C_SECONDS, offsetof(struct conf, session_idle), 0, 60, 86400,
     "操作がないときにログアウトするまでの時間（例 30m）"},
    {"session-max", C_SECONDS, offsetof(struct conf, session_max), 0, 300, 7 * 86400,
     "ログインしたままでいられる最長の時間（例 12h）"},
    {"threads", C_COUNT, offsetof(struct conf, threads), 0, 1, 512, "同時に答える要求の数"},
    {"connections", C_COUNT, offsetof(struct conf, connections), 0, 1, 10000, "同時の接続の数"},
    TEXT("scan", scan, 1, "ファイルのウイルス検査（clamd か、検査しないときの off）"),
    TEXT("clamd", clamd, 1,
	 "clamdのUNIXソケット（届かない間は、ファイルを開けないまま預かります）"),
    {"file-max", C_COUNT, offsetof(struct conf, file_max), 0, 1, 100,
     "1つのファイルの大きさの上限（MB）"},
    {"release-delay", C_SECONDS, offsetof(struct conf, release_delay), 0, 1, 86400,
     "配布を確かめてから、保護者に渡すまでの時間（その間は止められます。例 10m）"},
    {"keep-read", C_COUNT, offsetof(struct conf, keep_read), 0, 24, 1200,
     "だれが何を見たかの記録を残す月数（24か月より短くはできません）"},
    {"keep-access", C_COUNT, offsetof(struct conf, keep_access), 0, 12, 1200,
     "断ったこと・理由を書いて開いたことの記録を残す月数"},
    {"keep-session", C_COUNT, offsetof(struct conf, keep_session), 0, 12, 1200,
     "ログインなどの記録を残す月数"},
    {"keep-admin", C_COUNT, offsetof(struct conf, keep_admin), 0, 12, 1200,
     "管理の操作の記録を残す月数"},
    TEXT("keep-outside", keep_outside, 0,
	 "終わった月の記録を、消える前に暗号にして写すフォルダー（空なら写しません）"),
    TEXT("keep-outside-key", keep_outside_key, 0, "写すときに使う、相手のOpenPGP公開鍵のファイル"),
    {"witness-every", C_SECONDS, offsetof(struct conf, witness_every), 0, 1, 86400,
     "立会人にチェックポイントを送る間隔（例 1m）"},
    TEXT("witness-required", witness_required, 1,
	 "立会人が答えないときは始めない（true か false）"),
    TEXT("checkpoint-copy", checkpoint_copy, 0,
	 "チェックポイントの写しを書くファイル（別のディスクに。空なら書きません）"),
    {"retention-years", C_COUNT, offsetof(struct conf, retention_years), 0, 1, 100,
     "子どもの記録を、最後の在籍の終わりから残す年数"},
    {"retention-age", C_COUNT, offsetof(struct conf, retention_age), 0, 0, 100,
     "子どもの記録を、何歳になるまでは かならず残すか"},
    {"retention-wait", C_SECONDS, offsetof(struct conf, retention_wait), 0, 1, 366 * 86400,
     "消すことを2人めが確かめてから、消すまでの時間（その間は止められます。例 14d）"},
    TEXT("backup", backup, 0, "毎日のバックアップを置くフォルダー（空なら、取りません）"),
    TEXT("backup-time", backup_time, 1, "毎日のバックアップを始める時刻（日本時間）"),
    {"backup-keep", C_COUNT, offsetof(struct conf, backup_keep), 0, 1, 1000,
     "毎日のバックアップを残す数"},
    TEXT("mail-server", mail_server, 0,
	 "知らせを送るメールのサーバー（例 smtps://mail.example.jp。空なら送りません）"),
    TEXT("mail-user", mail_user, 0, "メールのサーバーのユーザー名（空ならログインしません）"),
    TEXT("mail-password-file", mail_password_file, 0, "そのパスワードのファイル"),
    TEXT("mail-ca", mail_ca, 0, "メールのサーバーを確かめる証明書（空ならシステムのもの）"),
    TEXT("mail-from", mail_from, 0, "差出人のアドレス"),
    TEXT("mail-notice", mail_notice, 0, "「お知らせ」を送る先（コンマで区切ります）"),
    TEXT("mail-warning", mail_warning, 0, "「警告」を送る先"),
    TEXT("mail-severe", mail_severe, 0, "「重大」を送る先"),
    TEXT("checkpoint-mail", checkpoint_mail, 0,
	 "毎日のチェックポイントを送る先（役所の外の人にも持ってもらいます）"),
    TEXT("stamper", stamper, 0, "時刻認証局（RFC 3161）のアドレス（空なら使いません）"),
    TEXT("stamper-ca", stamper_ca, 0, "時刻認証局を確かめる証明書のファイル"),
    {"disk-warn", C_COUNT, offsetof(struct conf, disk_warn), 0, 0, 99,
     "ディスクの空きがこれより少ないと注意（%）"},
    {"disk-fail", C_COUNT, offsetof(struct conf, disk_fail), 0, 0, 99,
     "ディスクの空きがこれより少ないと知らせる（%）"},
    {"backup-age", C_SECONDS, offsetof(struct conf, backup_age), 0, 0, 366 * 86400,
     "控えがこれより古いと知らせる（0 なら見ません）"},
#undef TEXT
};
enum { KEYS = sizeof keys / sizeof *keys };

/* In the source tree in which the program was built (build/karte, build/asan/karte), else where
   `make install` puts things. */
static void data_folder(const char *name, char out[static PATH_MAX])
{
	static const char *const up[] = {"..", "../.."};
	char exe[PATH_MAX], near[PATH_MAX + 64];
	ssize_t n = readlink("/proc/self/exe", exe, sizeof exe - 1);
	const char *dir;

	if (n > 0) {
		exe[n] = '\0';
		dir = dirname(exe);
		for (size_t i = 0; i < sizeof up / sizeof *up; i++) {
			snprintf(near, sizeof near, "%s/%s/%s", dir, up[i], name);
			if (realpath(near, out))
				return;
		}
	}
	snprintf(out, PATH_MAX, "%s/%s", KARTE_DATADIR, name);
}

void conf_default(struct conf *c)
{
	*c = (struct conf){.hostname = "localhost",
			   .listen = "127.0.0.1:8443",
			   .url = "https://127.0.0.1:8443",
			   .session_idle = 30 * 60,
			   .session_max = 12 * 3600,
			   .threads = 64,
			   .connections = 800,
			   .scan = "clamd",
			   .clamd = "/run/clamav/clamd.ctl",
			   .file_max = 20,
			   .release_delay = 10 * 60,
			   .keep_read = 24,
			   .keep_access = 60,
			   .keep_session = 24,
			   .keep_admin = 60,
			   .witness_every = 60,
			   .witness_required = "false",
			   .retention_years = 5,
			   .retention_age = 18,
			   .retention_wait = 14 * 86400,
			   .backup_time = "02:30",
			   .backup_keep = 14,
			   .disk_warn = 10,
			   .disk_fail = 5,
			   .backup_age = 26 * 3600};
	data_folder("content", c->content);
	data_folder("themes/standard", c->theme);
}

/* "90", "90s", "30m", "12h", "2d" as seconds. */
static bool seconds(struct span s, long *out)
{
	static const struct {
		char unit;
		long factor;
	} units[] = {{'s', 1}, {'m', 60}, {'h', 3600}, {'d', 86400}};
	long factor = 1;

	for (size_t i = 0; i < sizeof units / sizeof *units; i++)
		if (s.n && s.p[s.n - 1] == units[i].unit) {
			factor = units[i].factor;
			s.n--;
			break;
		}
	if (!span_number(s, 10000000, out))
		return false;
	*out *= factor;
	return true;
}

static void set_number(const struct key *k, struct conf *c, const char *file,
		       const struct ynode *node, struct problems *ps)
{
	long v = 0;
	bool ok =
	    k->kind == C_SECONDS ? seconds(node->text, &v) : span_number(node->text, 1000000, &v);

	if (!ok || v < k->least || v > k->most)
		problem_add(ps, file, node->line, node->col, "conf.value",
			    "%s は %ld から %ld までの値にしてください", k->name, k->least,
			    k->most);
	else
		*(int *)(void *)((char *)c + k->offset) = (int)v;
}

static void set_key(const struct key *k, struct conf *c, const char *file, struct ynode *map,
		    struct problems *ps)
{
	const struct ynode *node = ymap_get(map, k->name);

	if (!node)
		return;
	if (node->kind != Y_TEXT) {
		problem_add(ps, file, node->line, node->col, "conf.value",
			    "%s は一つの値にしてください", k->name);
		return;
	}
	if (k->kind != C_TEXT)
		set_number(k, c, file, node, ps);
	else if (node->text.n < (size_t)k->least ||
		 !span_copy(node->text, (char *)c + k->offset, k->room))
		problem_add(ps, file, node->line, node->col, "conf.value", "%s が空か、長すぎます",
			    k->name);
}

static void wrong(struct ynode *root, const char *key, const char *file, struct problems *ps,
		  const char *why)
{
	const struct ynode *node = ymap_get(root, key);

	problem_add(ps, file, node ? node->line : 0, node ? node->col : 0, "conf.value", "%s", why);
}

/* ---- witnesses ---- */

static bool read_witness(struct ynode *node, struct conf_witness *w)
{
	struct span url = ymap_text(node, "url"), ca = ymap_text(node, "ca");

	while (span_ends(url, SPAN("/")))
		url.n--;
	*w = (struct conf_witness){.url = ""};
	return (span_starts(url, SPAN("https://")) || span_starts(url, SPAN("http://"))) &&
	       span_copy(url, w->url, sizeof w->url) &&
	       span_copy(ymap_text(node, "vkey"), w->vkey, sizeof w->vkey) && w->vkey[0] &&
	       (!ca.p || span_copy(ca, w->ca, sizeof w->ca));
}

static void read_witnesses(struct conf *c, const char *file, struct ynode *root,
			   struct problems *ps)
{
	struct ynode *list = ymap_get(root, "witnesses");

	if (!list)
		return;
	if (list->kind != Y_LIST || list->count > CONF_WITNESSES) {
		problem_add(ps, file, list->line, list->col, "conf.value",
			    "witnesses は %d個までの並びにしてください", CONF_WITNESSES);
		return;
	}
	for (struct ynode *n = list->first; n; n = n->next) {
		if (n->kind == Y_MAP && read_witness(n, &c->witness[c->witnesses]))
			c->witnesses++;
		else
			problem_add(ps, file, n->line, n->col, "conf.value",
				    "立会人は url（https://…）と vkey（名前+番号+鍵）で"
				    "書いてください");
		if (n->kind == Y_MAP)
			ymap_unknown(n, file, ps);
	}
}

static void check_addresses(const struct conf *c, const char *file, struct ynode *root,
			    struct problems *ps)
{
	const struct {
		const char *key, *text;
	} lists[] = {{"mail-from", c->mail_from},
		     {"mail-notice", c->mail_notice},
		     {"mail-warning", c->mail_warning},
		     {"mail-severe", c->mail_severe},
		     {"checkpoint-mail", c->checkpoint_mail}};

	for (size_t i = 0; i < sizeof lists / sizeof *lists; i++)
		if (!mail_list_good(span_of(lists[i].text)))
			wrong(root, lists[i].key, file, ps,
			      "メールのアドレスを、コンマで区切って、20個まで書いてください");
	if (strchr(c->mail_from, ','))
		wrong(root, "mail-from", file, ps, "mail-from は1つにしてください");
	if (c->mail_server[0] && !mail_server_good(span_of(c->mail_server)))
		wrong(root, "mail-server", file, ps,
		      "mail-server は smtps://HOST か smtp://HOST:PORT の形で書いてください");
	if (c->mail_server[0] && !c->mail_from[0])
		wrong(root, "mail-server", file, ps, "mail-from も書いてください");
	if (c->stamper[0] && !span_starts(span_of(c->stamper), SPAN("https://")) &&
	    !span_starts(span_of(c->stamper), SPAN("http://")))
		wrong(root, "stamper", file, ps, "stamper は https:// か http:// で始めてください");
	if (c->stamper[0] && !c->stamper_ca[0])
		wrong(root, "stamper", file, ps, "stamper-ca も書いてください");
}

static void check_forms(const struct conf *c, const char *file, struct ynode *root,
			struct problems *ps)
{
	struct proxies proxies;
	char address[64];
	unsigned port;

	if (!conf_listen(span_of(c->listen), address, &port))
		wrong(root, "listen", file, ps, "listen は 127.0.0.1:8443 の形で書いてください");
	if (!span_starts(span_of(c->url), SPAN("https://")))
		wrong(root, "url", file, ps, "url は https:// で始めてください");
	if (strcmp(c->scan, "clamd") != 0 && strcmp(c->scan, "off") != 0)
		wrong(root, "scan", file, ps, "scan は clamd か off にしてください");
	if (!c->keep_outside[0] != !c->keep_outside_key[0])
		wrong(root, "keep-outside", file, ps,
		      "keep-outside と keep-outside-key は いっしょに書いてください");
	if (strcmp(c->witness_required, "true") != 0 && strcmp(c->witness_required, "false") != 0)
		wrong(root, "witness-required", file, ps,
		      "witness-required は true か false にしてください");
	if (c->checkpoint_copy[0] && c->checkpoint_copy[0] != '/')
		wrong(root, "checkpoint-copy", file, ps,
		      "checkpoint-copy は / で始まるパスにしてください");
	if (!conf_clock(span_of(c->backup_time), &port))
		wrong(root, "backup-time", file, ps, "backup-time は 02:30 の形で書いてください");
	if (c->backup[0] && c->backup[0] != '/')
		wrong(root, "backup", file, ps, "backup は / で始まるフォルダーにしてください");
	if (proxies_read(&proxies, span_of(c->proxies)))
		wrong(root, "proxies", file, ps,
		      "proxies は 127.0.0.1, 10.1.0.0/16 の形で、32個まで書いてください");
	check_addresses(c, file, root, ps);
}

enum status conf_load(struct conf *c, const char *dir, struct problems *ps)
{
	struct arena *a = NULL;
	struct ynode *root = NULL;
	struct buf text, path;
	enum status st;
	size_t before = ps->errors;

	conf_default(c);
	buf_init(&text, 64 * 1024);
	buf_init(&path, PATH_MAX);
	path_join(&path, dir, "karte.yaml");
	st = file_read(buf_str(&path), &text);
	if (st) {
		if (st == ST_NOTFOUND)
			fail(st, "%s is not a vault: it has no karte.yaml", dir);
		goto out;
	}
	a = arena_new(1024 * 1024);
	st = a ? yaml_read(a, buf_str(&path), buf_span(&text), 1, &root, ps) : ST_NOMEM;
	if (st)
		goto out;
	for (int i = 0; i < KEYS; i++)
		set_key(&keys[i], c, buf_str(&path), root, ps);
	read_witnesses(c, buf_str(&path), root, ps);
	ymap_unknown(root, buf_str(&path), ps);
	check_forms(c, buf_str(&path), root, ps);

out:
	if (st == ST_INVALID || (!st && ps->errors > before))
		st = fail(ST_CONFIG, "%s is wrong", buf_str(&path));
	arena_free(a);
	buf_clear(&text);
	buf_clear(&path);
	return st;
}

void conf_write(const struct conf *c, struct buf *out)
{
	buf_adds(out, "# こどもカルテの設定。書き方は karte.yaml(5) にあります。\n");
	for (int i = 0; i < KEYS; i++) {
		const char *at = (const char *)c + keys[i].offset;

		buf_addf(out, "\n# %s\n%s: ", keys[i].what, keys[i].name);
		if (keys[i].kind == C_TEXT)
			yaml_put(out, span_of(at), false, false);
		else
			buf_addf(out, "%d%s", *(const int *)(const void *)at,
				 keys[i].kind == C_SECONDS ? "s" : "");
		buf_addc(out, '\n');
	}
	buf_adds(out, "\n# 立会人（チェックポイントに署名する、ほかの人の計算機）の url と vkey\n"
		      "witnesses: []\n");
}

bool conf_clock(struct span text, unsigned *minutes)
{
	long h, m;

	if (text.n != 5 || text.p[2] != ':' || !span_number(span_make(text.p, 2), 23, &h) ||
	    !span_number(span_make(text.p + 3, 2), 59, &m))
		return false;
	*minutes = (unsigned)(h * 60 + m);
	return true;
}

bool conf_listen(struct span text, char address[static 64], unsigned *port)
{
	long n;
	size_t colon = text.n;

	while (colon > 0 && text.p[colon - 1] != ':')
		colon--;
	if (colon < 2 || !span_number(span_make(text.p + colon, text.n - colon), 65535, &n))
		return false;
	text.n = colon - 1;
	if (text.n > 2 && text.p[0] == '[' && text.p[text.n - 1] == ']')
		text = span_make(text.p + 1, text.n - 2);
	*port = (unsigned)n;
	return span_copy(text, address, 64);
}
