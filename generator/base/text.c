#include "generator/base/text.h"

#include "generator/base/utf8.h"

#include <pthread.h>
#include <stdlib.h>
#include <unicode/ubrk.h>
#include <unicode/ucnv.h>
#include <unicode/unorm2.h>
#include <unicode/ustring.h>
#include <unicode/utext.h>
#include <unicode/utf16.h>

enum { DECODE_MAX = 64 * 1024 * 1024 };

/*
 * Opening a break iterator reads rule files; setting its text is cheap.  So each thread keeps one
 * of each kind, closed when the thread ends.
 */
enum kind { GRAPHEME, LINE, KINDS };

static pthread_key_t key;
static pthread_once_t once = PTHREAD_ONCE_INIT;

static void close_all(void *p)
{
	UBreakIterator **its = p;

	for (int i = 0; i < KINDS; i++)
		if (its[i])
			ubrk_close(its[i]);
	free(its);
}

static void make_key(void)
{
	pthread_key_create(&key, close_all);
}

static UBreakIterator *iterator(enum kind k)
{
	UErrorCode err = U_ZERO_ERROR;
	UBreakIterator **its;

	pthread_once(&once, make_key);
	its = pthread_getspecific(key);
	if (!its) {
		its = calloc(KINDS, sizeof(UBreakIterator *));
		if (!its)
			return NULL;
		pthread_setspecific(key, its);
	}
	if (!its[k])
		its[k] = k == LINE ? ubrk_open(UBRK_LINE, "ja@lb=strict", NULL, 0, &err)
				   : ubrk_open(UBRK_CHARACTER, "ja", NULL, 0, &err);
	return U_FAILURE(err) ? NULL : its[k];
}

static enum status offsets(enum kind k, struct span s, size_t **out, size_t *count)
{
	UErrorCode err = U_ZERO_ERROR;
	UBreakIterator *it = iterator(k);
	UText text = UTEXT_INITIALIZER;
	size_t n = 0;

	*out = NULL;
	*count = 0;
	if (!it)
		return fail(ST_NOMEM, "ICU has no break rules");
	*out = malloc((s.n + 1) * sizeof **out);
	if (!*out)
		return fail(ST_NOMEM, "no memory for breaks");
	utext_openUTF8(&text, s.p ? s.p : "", (int64_t)s.n, &err);
	ubrk_setUText(it, &text, &err);
	if (U_SUCCESS(err)) {
		ubrk_first(it);
		for (int32_t at; (at = ubrk_next(it)) != UBRK_DONE;)
			(*out)[n++] = (size_t)at;
	}
	utext_close(&text);
	if (U_FAILURE(err)) {
		free(*out);
		*out = NULL;
		return fail(ST_NOMEM, "ICU: %s", u_errorName(err));
	}
	*count = n;
	return ST_OK;
}

enum status text_grapheme_ends(struct span s, size_t **out, size_t *count)
{
	return offsets(GRAPHEME, s, out, count);
}

enum status text_line_breaks(struct span s, size_t **out, size_t *count)
{
	return offsets(LINE, s, out, count);
}

static bool is_ascii(struct span s)
{
	for (size_t i = 0; i < s.n; i++)
		if ((unsigned char)s.p[i] >= 0x80 || s.p[i] == '\r')
			return false;
	return true;
}

size_t text_graphemes(struct span s)
{
	size_t *ends, n;

	if (is_ascii(s))
		return s.n;
	if (text_grapheme_ends(s, &ends, &n))
		return utf8_count(s); /* more than there are: a limit errs to the safe side */
	free(ends);
	return n;
}

/* Characters of names that people search by their common form (法務省 戸籍統一文字情報 and the
   ministry's list of 正字・俗字等対照表 name them as variants). */
static uint32_t common_form(uint32_t cp)
{
	static const uint32_t pairs[][2] = {
	    {0x20bb7, 0x5409}, /* 𠮷 吉 */
	    {0x9ad9, 0x9ad8},  /* 髙 高 */
	    {0xfa11, 0x5d0e},  /* 﨑 崎 */
	    {0x5d5c, 0x5d0e},  /* 嵜 崎 */
	    {0x908a, 0x8fba},  /* 邊 辺 */
	    {0x9089, 0x8fba},  /* 邉 辺 */
	    {0x9f4b, 0x6589},  /* 齋 斉 */
	    {0x658e, 0x6589},  /* 斎 斉 */
	    {0x9f4a, 0x6589},  /* 齊 斉 */
	    {0x6ff1, 0x6d5c},  /* 濱 浜 */
	    {0x6ff5, 0x6d5c},  /* 濵 浜 */
	    {0x6fa4, 0x6ca2},  /* 澤 沢 */
	    {0x5ee3, 0x5e83},  /* 廣 広 */
	    {0x5d8b, 0x5cf6},  /* 嶋 島 */
	    {0x5d8c, 0x5cf6},  /* 嶌 島 */
	    {0x5fb7, 0x5fb3},  /* 德 徳 */
	    {0x60e0, 0x6075},  /* 惠 恵 */
	    {0x69c7, 0x69d9},  /* 槇 槙 */
	    {0x6afb, 0x685c},  /* 櫻 桜 */
	    {0x5721, 0x571f},  /* 圡 土 */
	    {0x5f4c, 0x5f25},  /* 彌 弥 */
	    {0x771e, 0x771f},  /* 眞 真 */
	    {0x9f8d, 0x7adc},  /* 龍 竜 */
	    {0x570b, 0x56fd},  /* 國 国 */
	    {0x689d, 0x6761},  /* 條 条 */
	};

	for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++)
		if (pairs[i][0] == cp)
			return pairs[i][1];
	return cp;
}

static void put_key_char(uint32_t cp, struct buf *out)
{
	if (cp >= 0x30a1 && cp <= 0x30f6) /* katakana to hiragana */
		cp -= 0x60;
	if ((cp >= 0xfe00 && cp <= 0xfe0f) || (cp >= 0xe0100 && cp <= 0xe01ef))
		return; /* variation selectors */
	if (cp <= ' ' || cp == 0x7f || cp == 0x3000 || cp == 0xa0 || cp == 0x30fb /* ・ */)
		return;
	utf8_put(out, common_form(cp));
}

/* NFKC with case folding through UTF-16; NULL when ICU fails (no memory). */
static char *nfkc_fold(struct span s, size_t *len)
{
	UErrorCode err = U_ZERO_ERROR;
	const UNormalizer2 *nfkc = unorm2_getNFKCCasefoldInstance(&err);
	int32_t n = 0, m, bytes = 0;
	size_t cap = s.n + 1;
	UChar *in = NULL, *norm = NULL;
	char *out = NULL;

	if (U_FAILURE(err) || s.n > 1 << 20)
		return NULL;
	in = malloc(cap * sizeof *in);
	norm = malloc(cap * 20 * sizeof *norm); /* the worst growth of NFKC is 18 */
	out = malloc(cap * 60);
	if (!in || !norm || !out)
		goto out;
	u_strFromUTF8(in, (int32_t)cap, &n, s.p, (int32_t)s.n, &err);
	m = unorm2_normalize(nfkc, in, n, norm, (int32_t)(cap * 20), &err);
	u_strToUTF8(out, (int32_t)(cap * 60), &bytes, norm, m, &err);
	*len = (size_t)bytes;

out:
	free(in);
	free(norm);
	if (!in || !norm || U_FAILURE(err)) {
		free(out);
		return NULL;
	}
	return out;
}

void text_search_key(struct span s, struct buf *out)
{
	struct span rest;
	size_t len = 0;
	char *folded;

	if (s.n == 0)
		return;
	folded = nfkc_fold(s, &len);
	rest = folded ? span_make(folded, len) : s;
	while (rest.n)
		put_key_char(utf8_next(&rest), out);
	free(folded);
}

void text_bigrams(struct span k, struct buf *out)
{
	uint32_t before = 0, cp;
	size_t n = 0;

	while (k.n) {
		cp = utf8_next(&k);
		if (n > 0) {
			if (n > 1)
				buf_addc(out, ' ');
			utf8_put(out, before);
			utf8_put(out, cp);
		}
		before = cp;
		n++;
	}
	if (n == 1)
		utf8_put(out, before);
}

/* Does U+3099 (voiced) or U+309A (semi-voiced) compose with this kana, and to what? */
static uint32_t composed(uint32_t base, uint32_t mark)
{
	static const char voiced[] = "かきくけこさしすせそたちつてとはひふへほカキクケコサシスセソ"
				     "タチツテトハヒフヘホゝヽ";
	struct span list = SPAN("はひふへほハヒフヘホ");

	if (mark == 0x3099) {
		if (base == 0x3046 || base == 0x30a6) /* う ウ */
			return base == 0x3046 ? 0x3094 : 0x30f4;
		for (list = span_of(voiced); list.n;)
			if (utf8_next(&list) == base)
				return base + 1;
		return 0;
	}
	while (list.n)
		if (utf8_next(&list) == base)
			return base + 2;
	return 0;
}

void text_compose_kana(struct span s, struct buf *out)
{
	while (s.n) {
		uint32_t cp = utf8_next(&s), both = 0;
		struct span ahead = s;
		uint32_t mark = ahead.n ? utf8_next(&ahead) : 0;

		if (mark == 0x3099 || mark == 0x309a)
			both = composed(cp, mark);
		if (both)
			s = ahead;
		utf8_put(out, both ? both : cp);
	}
}

static enum status add_utf8(struct buf *out, struct span bytes)
{
	size_t good = utf8_check(bytes);

	buf_add(out, bytes.p, good);
	return good == bytes.n ? ST_OK : fail(ST_INVALID, "not UTF-8, or NUL");
}

/* Of no encoding here does a byte become more than one unit.  Stops at a wrong character. */
static enum status to_units(const char *converter, struct span bytes, UChar *units, size_t *count)
{
	UErrorCode err = U_ZERO_ERROR, stop = U_ZERO_ERROR;
	UConverter *c = ucnv_open(converter, &err);
	const char *from = bytes.p;
	UChar *to = units;

	ucnv_setToUCallBack(c, UCNV_TO_U_CALLBACK_STOP, NULL, NULL, NULL, &err);
	if (U_SUCCESS(err))
		ucnv_toUnicode(c, &to, units + bytes.n, &from, bytes.p + bytes.n, NULL, 1, &stop);
	ucnv_close(c);
	*count = (size_t)(to - units);
	if (U_FAILURE(err))
		return fail(ST_NOMEM, "ICU: %s: %s", converter, u_errorName(err));
	return U_SUCCESS(stop) ? ST_OK : fail(ST_INVALID, "%s: %s", converter, u_errorName(stop));
}

enum status text_decode(struct buf *out, struct span bytes, enum text_encoding encoding)
{
	/* IBM's table is the one whose two-byte characters are those of Windows. */
	static const char *const converters[] = {[TEXT_UTF16LE] = "UTF-16LE",
						 [TEXT_UTF16BE] = "UTF-16BE",
						 [TEXT_CP932] = "ibm-943_P15A-2003"};
	size_t count = 0;
	enum status st;
	UChar *units;

	if (encoding == TEXT_UTF8 || bytes.n == 0)
		return add_utf8(out, bytes);
	if (bytes.n > DECODE_MAX)
		return fail(ST_TOOBIG, "over %d bytes to decode", DECODE_MAX);
	units = malloc(bytes.n * sizeof *units);
	if (!units)
		return fail(ST_NOMEM, "no memory to decode");
	st = to_units(converters[encoding], bytes, units, &count);
	for (size_t i = 0; i < count; i++) {
		uint32_t cp = units[i];

		if (U16_IS_LEAD(cp) && i + 1 < count)
			cp = (uint32_t)U16_GET_SUPPLEMENTARY(cp, units[++i]);
		utf8_put(out, cp);
	}
	free(units);
	return st;
}

size_t text_unify_lines(char *p, size_t n)
{
	size_t out = 0;

	for (size_t i = 0; i < n; i++) {
		if (p[i] == '\r') {
			p[out++] = '\n';
			i += i + 1 < n && p[i + 1] == '\n';
		} else {
			p[out++] = p[i];
		}
	}
	return out;
}
