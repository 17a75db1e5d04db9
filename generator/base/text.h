/*
 * What only Unicode tables can tell: graphemes, line breaks, search keys, foreign encodings.  The
 * only user of ICU.
 */
#ifndef KARTE_BASE_TEXT_H
#define KARTE_BASE_TEXT_H

#include "generator/base/buf.h"
#include "generator/base/span.h"
#include "generator/base/status.h"

#include <stdint.h>

/* The number of user-perceived characters of valid UTF-8: 葛󠄀 is one. */
size_t text_graphemes(struct span s);

/*
 * Offsets (bytes) at which a grapheme ends, ascending, the last equal to s.n.  *out is the
 * caller's (free()).
 */
enum status text_grapheme_ends(struct span s, size_t **out, size_t *count);

/*
 * Offsets (bytes) at which a line may be broken by the strict rules of Japanese typesetting (ICU
 * `lb=strict`), ascending, the last equal to s.n.  *out is the caller's (free()).
 */
enum status text_line_breaks(struct span s, size_t **out, size_t *count);

/*
 * The form under which a text is searched: NFKC, case folded, katakana to hiragana, variation
 * selectors and spaces removed, common variants of name characters (髙 高, 﨑 崎, 𠮷 吉 …) joined.
 * Only for search keys, never for stored text: it would change people's names.
 */
void text_search_key(struct span s, struct buf *out);

/* The overlapping pairs of characters of a search key, separated by spaces ("支援計 画" gives
   "支援 援計 計画"); a key of one character gives that character. */
void text_bigrams(struct span key, struct buf *out);

/* Composes kana with U+3099/U+309A (pastes from macOS) and changes nothing else. */
void text_compose_kana(struct span s, struct buf *out);

/* CP932: Windows code page 932, Shift_JIS with the characters of NEC and IBM; those that a user
   defined become U+E000 to U+E757. */
enum text_encoding { TEXT_UTF8, TEXT_UTF16LE, TEXT_UTF16BE, TEXT_CP932 };

/*
 * Appends bytes as UTF-8.  A byte order mark is a character like others.  ST_INVALID at the first
 * character that the encoding does not have, or that is cut off: out then holds what came before.
 * ST_TOOBIG over 64 MiB; running over the limit of out shows in out as always.
 */
enum status text_decode(struct buf *out, struct span bytes, enum text_encoding encoding);

/* Makes every CRLF and CR of n bytes one LF; how many bytes are left. */
size_t text_unify_lines(char *p, size_t n);

#endif
