#include "vault/auth/throttle.h"

static const unsigned free_failures[] = {
    [THROTTLE_ACCOUNT] = 5,
    [THROTTLE_ADDRESS] = 50,
};

static long pause_after(enum throttle_kind kind, unsigned failures)
{
	unsigned over = failures < free_failures[kind] ? 0 : failures - free_failures[kind];

	/* 2^10 is beyond the longest pause; shifting further would overflow. */
	if (failures < free_failures[kind])
		return 0;
	return over >= 10 ? THROTTLE_WAIT_MAX : 1L << over;
}

long throttle_wait(enum throttle_kind kind, struct throttle t, int64_t now)
{
	long pause = pause_after(kind, t.failures);
	int64_t passed = now > t.last ? now - t.last : 0;

	if (passed >= THROTTLE_FORGET || passed >= pause)
		return 0;
	return pause - (long)passed;
}

struct throttle throttle_failed(struct throttle t, int64_t now)
{
	if (now - t.last >= THROTTLE_FORGET)
		t.failures = 0;
	if (t.failures < UINT32_MAX)
		t.failures++;
	t.last = now;
	return t;
}

struct throttle throttle_succeeded(enum throttle_kind kind, struct throttle t)
{
	if (kind == THROTTLE_ACCOUNT)
		return (struct throttle){0};
	t.failures /= 2;
	return t;
}

bool throttle_alerts(struct throttle t)
{
	return t.failures == THROTTLE_ALERT;
}
