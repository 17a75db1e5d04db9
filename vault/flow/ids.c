#include "vault/flow/ids.h"

#include <sys/random.h>

enum status id_new(char out[static ID_NEW + 1], char kind)
{
	static const char alphabet[] = "0123456789abcdefghjkmnpqrstvwxyz";
	unsigned char raw[ID_NEW - 1];

	if (getrandom(raw, sizeof raw, 0) != (ssize_t)sizeof raw)
		return fail(ST_IO, "no random numbers");
	out[0] = kind;
	for (size_t i = 0; i < sizeof raw; i++)
		out[i + 1] = alphabet[raw[i] & 31];
	out[ID_NEW] = '\0';
	return ST_OK;
}
