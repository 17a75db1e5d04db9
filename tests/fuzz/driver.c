/*
 * Runs a fuzz target over files and folders, in order of name, with any compiler: so that a corpus
 * is a regression test.  `driver FILE|FOLDER…`; a target that finds a fault ends the program.
 */
#include <dirent.h>
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sysexits.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { PATH_ROOM = 4096, DEPTH_MAX = 8, LARGEST = 64 * 1024 * 1024 };

static size_t inputs;

static int complain(const char *path)
{
	fprintf(stderr, "fuzz: %s: %s\n", path, strerror(errno));
	return EX_NOINPUT;
}

/* A buffer of exactly the size of the file, so that a sanitizer sees a byte too far. */
static int run_file(const char *path, size_t size)
{
	uint8_t *data = malloc(size ? size : 1);
	FILE *f = fopen(path, "rb");
	int rc = 0;

	if (!f || !data || fread(data, 1, size, f) != size) {
		rc = complain(path);
	} else {
		fprintf(stderr, "fuzz: %s: %zu bytes\n", path, size);
		LLVMFuzzerTestOneInput(data, size);
		inputs++;
	}
	if (f)
		fclose(f);
	free(data);
	return rc;
}

static int is_shown(const struct dirent *e)
{
	return e->d_name[0] != '.';
}

static int run(const char *path, int depth);

static int run_folder(const char *path, int depth)
{
	struct dirent **names = NULL;
	char below[PATH_ROOM];
	int n = scandir(path, &names, is_shown, alphasort);
	int rc = n < 0 ? complain(path) : 0;

	for (int i = 0; i < n; i++) {
		int length = snprintf(below, sizeof below, "%s/%s", path, names[i]->d_name);

		if (!rc && length > 0 && (size_t)length < sizeof below)
			rc = run(below, depth + 1);
		free(names[i]);
	}
	free(names);
	return rc;
}

static int run(const char *path, int depth)
{
	struct stat sb;

	if (stat(path, &sb))
		return complain(path);
	if (S_ISDIR(sb.st_mode) && depth < DEPTH_MAX)
		return run_folder(path, depth);
	if (!S_ISREG(sb.st_mode) || sb.st_size > LARGEST) {
		errno = S_ISREG(sb.st_mode) ? EFBIG : EINVAL;
		return complain(path);
	}
	return run_file(path, (size_t)sb.st_size);
}

int main(int argc, char **argv)
{
	int rc = 0;

	if (argc < 2) {
		fprintf(stderr, "usage: %s FILE|FOLDER...\n", argv[0]);
		return EX_USAGE;
	}
	for (int i = 1; i < argc && !rc; i++)
		rc = run(argv[i], 0);
	printf("%zu inputs\n", inputs);
	return rc ? rc : inputs ? 0 : EX_NOINPUT;
}
