#include "vault/flow/export_sign.h"

#include "vault/flow/zip_pack.h"
#include "vault/store/sign.h"

#include <stdio.h>

enum { NAME_MAX_BYTES = 200 };

enum status export_sign(struct export_proof *out, struct app *app, struct span bytes)
{
	const struct signer vault = {app->host_key, SPAN_NONE};

	buf_init(&out->signature, SIGNATURE_MAX);
	sha256_hex(bytes, out->sha256);
	return sign_detached(app->keys, &vault, bytes, &out->signature);
}

void export_proof_clear(struct export_proof *p)
{
	buf_clear(&p->signature);
}

enum status export_zip(const struct export_proof *p, const char *name, struct span bytes,
		       int64_t at, struct buf *out)
{
	char asc[NAME_MAX_BYTES + 8], sum[NAME_MAX_BYTES + 8], line[NAME_MAX_BYTES + 80];
	struct zip_file files[] = {{name, bytes}, {asc, buf_span(&p->signature)}, {sum, SPAN_NONE}};

	if (strlen(name) > NAME_MAX_BYTES)
		return fail(ST_BUG, "the name of an export is too long");
	snprintf(asc, sizeof asc, "%s.asc", name);
	snprintf(sum, sizeof sum, "%s.sha256", name);
	snprintf(line, sizeof line, "%s  %s\n", p->sha256, name);
	files[2].bytes = span_of(line);
	return zip_pack(files, 3, at, out);
}
