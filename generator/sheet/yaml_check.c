/* Characters, before libyaml sees them. */
#include "generator/base/utf8.h"
#include "generator/sheet/yaml_int.h"

static bool is_refused(uint32_t cp, struct span rest)
{
	if (cp == '\r')
		return rest.n == 0 || rest.p[0] != '\n';
	return cp != '\t' && cp != '\n' && yaml_hidden(cp);
}

enum status yaml_check(const char *file, struct span bytes, int first_line, struct problems *ps)
{
	size_t good = utf8_check(bytes);
	struct span rest = span_make(bytes.p, good);
	int line = first_line, col = 1;

	while (rest.n) {
		uint32_t cp = utf8_next(&rest);

		if (is_refused(cp, rest)) {
			problem_add(ps, file, line, col, "yaml.character",
				    "使えない文字（U+%04X）があります。消してください。", cp);
			return fail(ST_INVALID, "%s has a character that YAML cannot have", file);
		}
		col = cp == '\n' ? 1 : col + 1;
		line += cp == '\n';
	}
	if (good == bytes.n)
		return ST_OK;
	if (bytes.p[good] == '\0')
		problem_add(ps, file, line, col, "yaml.character",
			    "使えない文字（U+0000）があります。消してください。");
	else
		problem_add(ps, file, line, col, "yaml.utf8",
			    "UTF-8として読めません。文字コードをUTF-8にして保存してください。");
	return fail(ST_INVALID, "%s is no valid UTF-8", file);
}
