#include "vault/scan/magic.h"

#include <magic.h>
#include <pthread.h>

/* Only the table of signatures and the test for text: the parsers of libmagic for ELF, CDF, tar,
   packed data and JSON are of no use here, and have had mistakes. */
static const int how = MAGIC_MIME_TYPE | MAGIC_NO_CHECK_COMPRESS | MAGIC_NO_CHECK_ELF |
		       MAGIC_NO_CHECK_TAR | MAGIC_NO_CHECK_CDF | MAGIC_NO_CHECK_TOKENS |
		       MAGIC_NO_CHECK_JSON | MAGIC_NO_CHECK_CSV | MAGIC_NO_CHECK_APPTYPE;

enum status magic_of(struct span bytes, char type[static MAGIC_TYPE])
{
	static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
	static magic_t table; /* read once, 7 MB, for as long as the process lives */
	const char *said = NULL;
	enum status st = ST_OK;

	pthread_mutex_lock(&lock);
	if (!table) {
		table = magic_open(how);
		if (table && magic_load(table, NULL) != 0) {
			magic_close(table);
			table = NULL;
		}
	}
	if (table)
		said = magic_buffer(table, bytes.p, bytes.n);
	if (!said || !span_copy(span_of(said), type, MAGIC_TYPE))
		st = fail(ST_IO, "libmagic cannot tell what a file is");
	pthread_mutex_unlock(&lock);
	return st;
}
