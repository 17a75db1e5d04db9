/*
 * 表示の設定: size of letters, ふりがな, colours, movement.  Of the account once it has set them;
 * of the browser, in a cookie, before signing in and until then.
 */
#ifndef KARTE_PAGE_DISPLAY_H
#define KARTE_PAGE_DISPLAY_H

#include "vault/page/page.h"

enum display_size { SIZE_NORMAL, SIZE_LARGE, SIZE_HUGE };
enum display_colour { COLOUR_AUTO, COLOUR_LIGHT, COLOUR_DARK };

struct display {
	enum display_size size;
	enum display_colour colour;
	bool ruby, still;
};

/* For whoever gets this answer; the browser's where nothing is set or it cannot be read. */
struct display display_of(const struct page *p);

#endif
