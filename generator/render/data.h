/*
 * What a template is filled with: a tree of maps, lists, texts and flags in one arena.
 *
 * Adding never needs a check: every function takes NULL for a node that could not be made, and the
 * first failure sticks to the root, where rendering finds it.  Keys are kept by pointer (literals);
 * texts are copied.
 */
#ifndef KARTE_RENDER_DATA_H
#define KARTE_RENDER_DATA_H

#include "generator/base/arena.h"

struct data;

/* An empty map as root.  NULL when the arena is exhausted (fail() is set). */
struct data *data_new(struct arena *a);

/* A new empty map, or list, under a key of a map. */
struct data *data_map(struct data *map, const char *key);
struct data *data_list(struct data *map, const char *key);
/* A new element at the end of a list: a map, a list, a text. */
struct data *data_add_map(struct data *list);
struct data *data_add_list(struct data *list);
struct data *data_add_text(struct data *list, struct span s);

/* An absent span, NULL and an empty text are false in a section and print nothing. */
void data_text(struct data *map, const char *key, struct span s);
void data_texts(struct data *map, const char *key, const char *str);
void data_textf(struct data *map, const char *key, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));
void data_flag(struct data *map, const char *key, bool on);

/* HTML that this program itself has rendered: {{key}} inserts it as it is.  The only door. */
void data_trusted_raw_html(struct data *map, const char *key, struct span html);

/* The value of a key, NULL if there is none.  The newest wins when a key was set twice. */
const struct data *data_get(const struct data *map, struct span key);

/* For the template engine. */
enum data_kind { DATA_MAP, DATA_LIST, DATA_TEXT, DATA_FLAG, DATA_HTML };
enum data_kind data_kind(const struct data *d);
struct span data_span(const struct data *d); /* DATA_TEXT, DATA_HTML */
bool data_true(const struct data *d);	     /* NULL, false, empty text and empty list are not */
const struct data *data_first(const struct data *d); /* of a list or a map */
const struct data *data_next(const struct data *d);
/* Did anything fail to be added to the tree in which d stands? */
bool data_failed(const struct data *d);

#endif
