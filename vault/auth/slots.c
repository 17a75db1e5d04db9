#include "vault/auth/slots.h"

#include <pthread.h>

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t freed = PTHREAD_COND_INITIALIZER;
static unsigned used, waiting;

enum status slot_take(void)
{
	enum status st = ST_OK;

	pthread_mutex_lock(&lock);
	if (used == SLOTS && waiting == SLOTS_QUEUE) {
		st = fail(ST_BUSY, "%d password checks are waiting already", SLOTS_QUEUE);
	} else {
		waiting++;
		while (used == SLOTS)
			pthread_cond_wait(&freed, &lock);
		waiting--;
		used++;
	}
	pthread_mutex_unlock(&lock);
	return st;
}

void slot_give(void)
{
	pthread_mutex_lock(&lock);
	used--;
	pthread_cond_signal(&freed);
	pthread_mutex_unlock(&lock);
}
