/* The parts of small files: the keys of a YAML head, and the text below it. */
#include "vault/flow/change_parts_impl.h"

/* What the files of a vault call their values.  A key that is not here is not repeated: whoever
   changed a file by hand may have written anything there. */
static const struct {
	const char *key, *label;
} labels[] = {
    {"about", "何についてか"},
    {"account", "アカウント"},
    {"answer", "答え"},
    {"ask", "どのお願いへの答えか"},
    {"asked-at", "頼んだ日時"},
    {"asked-by", "頼んだ人"},
    {"at", "日時"},
    {"born", "生年月日"},
    {"by", "書いた人"},
    {"by-class", "組ごとに見る"},
    {"bytes", "大きさ"},
    {"cancel", "取りやめ"},
    {"category", "種類"},
    {"child", "お子さんの番号"},
    {"children-of", "どの機関のお子さんか"},
    {"classes", "組"},
    {"closed", "閉じた日"},
    {"closed-at", "終えた日時"},
    {"closed-by", "終えた人"},
    {"confirmed-at", "確かめた日時"},
    {"confirmed-by", "確かめた人"},
    {"digest", "内容の印"},
    {"disabled", "止めているか"},
    {"due", "期限"},
    {"effect", "広げるか、せばめるか"},
    {"ended-by", "終えた人"},
    {"enrolments", "在籍"},
    {"feedback", "返事"},
    {"file", "ファイル"},
    {"fingerprint", "指紋"},
    {"from", "どこから"},
    {"guardians", "保護者"},
    {"handover", "引き継ぎ"},
    {"id", "番号"},
    {"institution", "機関"},
    {"into", "合わせた先"},
    {"items", "お願いの内容"},
    {"kana", "ふりがな"},
    {"karte", "ファイルの形"},
    {"key", "鍵"},
    {"kind", "種類"},
    {"message", "添えた文"},
    {"name", "名前"},
    {"note", "添えた文"},
    {"on", "日"},
    {"opened", "開いた日"},
    {"opened-at", "はじめた日時"},
    {"opened-by", "はじめた人"},
    {"outside", "外の相手"},
    {"packages", "出したもの"},
    {"paper", "紙での答え"},
    {"protections", "見せないもの（支援措置）"},
    {"purpose", "目的"},
    {"readers", "読む人"},
    {"reason", "理由"},
    {"receiver", "受け取る相手"},
    {"relation", "続柄"},
    {"release", "配布"},
    {"role", "役割"},
    {"scope", "何についてか"},
    {"section", "部分"},
    {"sections", "部分"},
    {"sex", "性別"},
    {"sha256", "内容の印"},
    {"sharing", "見せかた"},
    {"sheets", "シート"},
    {"since", "はじめの日"},
    {"staff-only", "職員だけ"},
    {"state", "状態"},
    {"text", "文"},
    {"title", "題名"},
    {"to", "相手"},
    {"type", "種類"},
    {"until", "おわりの日"},
    {"version", "版"},
    {"whole", "全部の組を見る"},
    {"write", "書くこと"},
};

static struct span label_of(struct span key)
{
	for (size_t i = 0; i < sizeof labels / sizeof *labels; i++)
		if (span_is(key, labels[i].key))
			return span_of(labels[i].label);
	return SPAN("そのほか");
}

static bool is_key_byte(char c)
{
	return (c >= 'a' && c <= 'z') || c == '-';
}

/* The key with which a line begins; empty if it goes on with the one before. */
static struct span key_of(struct span line)
{
	size_t n = 0;

	while (n < line.n && is_key_byte(line.p[n]))
		n++;
	return n && n < line.n && line.p[n] == ':' ? span_make(line.p, n) : SPAN("");
}

static bool is_fence(struct span line)
{
	return span_is(line, "---");
}

/* Takes the next key with all its lines off the head; false at its end. */
static bool next_key(struct span *rest, struct span *key, struct span *text)
{
	while (rest->n) {
		struct span line = span_cut(rest, '\n');
		const char *from = line.p;

		*key = key_of(line);
		if (!key->n)
			continue;
		while (rest->n) {
			struct span ahead = *rest, next = span_cut(&ahead, '\n');

			if (key_of(next).n)
				break;
			line = next;
			*rest = ahead;
		}
		*text = span_make(from + key->n + 1, (size_t)(line.p + line.n - from) - key->n - 1);
		return true;
	}
	return false;
}

static struct span value_of(struct span head, struct span key)
{
	struct span k, text;

	while (next_key(&head, &k, &text))
		if (span_eq(k, key))
			return span_trim(text);
	return SPAN_NONE;
}

/* What stands between the fences, or all if there are none; the text after them. */
static void split(struct span text, struct span *head, struct span *body)
{
	struct span rest = text, line;

	*head = text;
	*body = SPAN("");
	if (!is_fence(span_cut(&rest, '\n')))
		return;
	*head = rest;
	while (rest.n) {
		struct span at = rest;

		line = span_cut(&rest, '\n');
		if (!is_fence(line))
			continue;
		head->n = (size_t)(at.p - head->p);
		*body = span_trim(rest.p ? rest : SPAN(""));
		return;
	}
}

static enum status compare(struct part_list *l, struct span label, struct span old, struct span now)
{
	struct change_part p = {.section = SPAN(""), .label = label, .unit = PART_CHARS};
	enum status st;

	if (span_eq(old, now))
		return ST_OK;
	st = part_chars(old.p ? old : SPAN(""), now.p ? now : SPAN(""), &p.added, &p.removed);
	return st ? st : part_add(l, &p);
}

enum status parts_of_text(struct part_list *l, struct span old, struct span now)
{
	struct span old_head, old_body, head, body, rest, key, text;
	enum status st = ST_OK;

	split(old, &old_head, &old_body);
	split(now, &head, &body);
	for (rest = head; !st && next_key(&rest, &key, &text);)
		st = compare(l, label_of(key), value_of(old_head, key), span_trim(text));
	for (rest = old_head; !st && next_key(&rest, &key, &text);)
		if (!value_of(head, key).p)
			st = compare(l, label_of(key), span_trim(text), SPAN_NONE);
	return st ? st : compare(l, SPAN("本文"), old_body, body);
}
