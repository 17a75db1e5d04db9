/* What the checks share; for their files only. */
#ifndef KARTE_FLOW_CHECK_LIST_IMPL_H
#define KARTE_FLOW_CHECK_LIST_IMPL_H

#include "vault/flow/check_list.h"

enum { MINUTE = 60, HOUR = 3600, DAY = 86400 };

/* 「3日」「2時間」「5分」 */
void check_put_span(struct buf *out, int64_t seconds);
/* When it was, in JST, and how long ago. */
void check_put_when(struct buf *out, const char *before, int64_t t, int64_t now);
enum check_level check_worse(enum check_level a, enum check_level b);
/* What could not be looked at fails; fail_why() is said. */
enum check_level check_unknown(struct buf *text);

/* How old something may be before it is late, and before it is far too late. */
enum check_level check_judge_age(int64_t t, int64_t now, int64_t late, int64_t far);

#endif
