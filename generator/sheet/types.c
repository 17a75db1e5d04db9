/* A folder of sheet types. */
#include "generator/base/file.h"
#include "generator/base/path.h"
#include "generator/base/sha256.h"
#include "generator/sheet/form.h"
#include "generator/sheet/type.h"
#include "generator/sheet/yaml.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

enum {
	ARENA_MAX = 64 * 1024 * 1024, /* all types together */
	TYPES_MAX = 2000,
	FILES_MAX = 2 * TYPES_MAX,
	NAMES_MAX = 4000, /* entries of one folder */
	SUMS_MAX = 1024 * 1024,
	VERSION_MAX = 9999,
};

struct types {
	struct arena *a;
	const struct sheet_type **all; /* by id, then version */
	size_t nall;
	const struct sheet_type **newest; /* by area, then id */
	size_t nnewest;
	struct type_file *files; /* what they are made of */
	size_t nfiles;
	const char *forms; /* the folder of the municipality's own forms, while it is read; NULL */
	char hash[SHA256_HEX];
};

/* ---- folders ------------------------------------------------------------------------------ */

static int by_name(const struct dirent **a, const struct dirent **b)
{
	return strcmp((*a)->d_name, (*b)->d_name);
}

static int is_shown(const struct dirent *e)
{
	return e->d_name[0] != '.';
}

static void free_names(struct dirent **names, int n)
{
	for (int i = 0; i < n; i++)
		free(names[i]);
	free(names);
}

static enum status list_folder(const char *dir, struct dirent ***names, int *n)
{
	*n = scandir(dir, names, is_shown, by_name);
	if (*n < 0) {
		int why = errno;

		*n = 0;
		*names = NULL;
		return fail(why == ENOENT || why == ENOTDIR ? ST_NOTFOUND : ST_IO,
			    "cannot read folder %s: %s", dir, strerror(why));
	}
	return *n > NAMES_MAX ? fail(ST_TOOBIG, "%s has more than %d entries", dir, NAMES_MAX)
			      : ST_OK;
}

static bool is_folder(const char *path)
{
	struct stat sb;

	return stat(path, &sb) == 0 && S_ISDIR(sb.st_mode);
}

/* ---- one file ----------------------------------------------------------------------------- */

/* "12.yaml" gives 12; 0 for a file that is not meant as a type; -1 for a wrong name. */
static int version_of(const char *name)
{
	struct span s = span_of(name);
	long v = 0;

	if (!span_ends(s, SPAN(".yaml")))
		return 0;
	s.n -= strlen(".yaml");
	return s.n && s.p[0] != '0' && span_number(s, VERSION_MAX, &v) ? (int)v : -1;
}

static enum status keep(struct types *ts, const struct sheet_type *t)
{
	if (ts->nall == TYPES_MAX)
		return fail(ST_TOOBIG, "more than %d sheet types", TYPES_MAX);
	ts->all[ts->nall++] = t;
	return ST_OK;
}

static enum status note_file(struct types *ts, const char *id, int version, struct span bytes)
{
	struct type_file *f = &ts->files[ts->nfiles];

	if (ts->nfiles == FILES_MAX)
		return fail(ST_TOOBIG, "more than %d files of sheet types", FILES_MAX);
	f->version = version;
	f->bytes = arena_copy(ts->a, bytes);
	if (!span_copy(span_of(id), f->id, sizeof f->id) || !f->bytes.p)
		return fail(ST_NOMEM, "no memory for sheet types");
	ts->nfiles++;
	return ST_OK;
}

/* The versions of one type, and the municipality's own form of it. */
struct family {
	const char *id;
	int newest;
	struct form *form; /* NULL: none */
};

static enum status take_type(struct types *ts, const char *path, const struct family *of,
			     int version, struct span bytes, struct problems *ps)
{
	const struct sheet_type *t = NULL;
	enum status st = note_file(ts, of->id, version, bytes);

	if (!st)
		st = type_read_as(ts->a, path, bytes, of->form, version == of->newest, &t, ps);
	if (st)
		return st;
	if (span_is(t->id, of->id) && t->version == version)
		return keep(ts, t);
	problem_add(ps, path, 0, 0, "type.place",
		    "typeは『%s』、versionは%dにするか、ファイルの場所を変えてください。", of->id,
		    version);
	return fail(ST_INVALID, "%s holds another type or version", path);
}

static enum status load_file(struct types *ts, const char *path, const struct family *of,
			     const char *name, struct problems *ps)
{
	int version = version_of(name);
	struct buf bytes;
	enum status st;

	if (version == 0)
		return ST_OK;
	if (version < 0) {
		problem_add(ps, path, 0, 0, "type.place",
			    "ファイルの名前は「1.yaml」のように版の番号にしてください。");
		return fail(ST_INVALID, "%s has no version as its name", path);
	}
	buf_init(&bytes, YAML_MAX_BYTES + 1);
	st = file_read(path, &bytes);
	if (!st)
		st = take_type(ts, path, of, version, buf_span(&bytes), ps);
	buf_clear(&bytes);
	return st;
}

/* ---- the whole folder --------------------------------------------------------------------- */

/* What is wrong in one file must not hide what is wrong in the next; other failures end it. */
static enum status go_on(enum status st, bool *invalid)
{
	if (st != ST_INVALID)
		return st;
	*invalid = true;
	return ST_OK;
}

static enum status take_form(struct types *ts, const char *path, struct family *of,
			     struct span bytes, struct problems *ps)
{
	enum status st = note_file(ts, of->id, 0, bytes);

	if (!st)
		st = form_read(ts->a, path, bytes, &of->form, ps);
	if (st || span_is(form_type(of->form), of->id))
		return st;
	problem_add(ps, path, 0, 0, "form.type",
		    "formは『%s』にするか、ファイルの名前を変えてください。", of->id);
	return fail(ST_INVALID, "%s is for another type", path);
}

/* FORMS/ID.yaml, if there is one. */
static enum status load_form(struct types *ts, struct family *of, struct problems *ps)
{
	struct buf path, bytes;
	char name[ID_MAX + sizeof ".yaml"];
	enum status st;

	if (!ts->forms)
		return ST_OK;
	snprintf(name, sizeof name, "%s.yaml", of->id);
	buf_init(&path, 4096);
	buf_init(&bytes, YAML_MAX_BYTES + 1);
	path_join(&path, ts->forms, name);
	st = path.st ? path.st : file_read(buf_str(&path), &bytes);
	if (!st)
		st = take_form(ts, buf_str(&path), of, buf_span(&bytes), ps);
	else if (st == ST_NOTFOUND)
		st = ST_OK;
	buf_clear(&path);
	buf_clear(&bytes);
	return st;
}

static enum status load_versions(struct types *ts, const char *dir, const char *id,
				 struct problems *ps)
{
	struct dirent **names = NULL;
	struct family of = {.id = id};
	struct buf path;
	bool invalid = false;
	enum status st;
	int n = 0;

	buf_init(&path, 4096);
	st = list_folder(dir, &names, &n);
	for (int i = 0; i < n && !st; i++)
		if (version_of(names[i]->d_name) > of.newest)
			of.newest = version_of(names[i]->d_name);
	if (!st)
		st = load_form(ts, &of, ps);
	for (int i = 0; i < n && !st; i++) {
		path_join(&path, dir, names[i]->d_name);
		st = path.st ? path.st : load_file(ts, buf_str(&path), &of, names[i]->d_name, ps);
		st = go_on(st, &invalid);
	}
	if (!st && invalid)
		st = fail(ST_INVALID, "%s has a sheet type that is not valid", dir);
	free_names(names, n);
	buf_clear(&path);
	return st;
}

static enum status load_entry(struct types *ts, const char *path, const char *id,
			      struct problems *ps)
{
	if (!is_folder(path))
		return ST_OK;
	if (!path_id(span_of(id))) {
		problem_add(ps, path, 0, 0, "type.place",
			    "フォルダーの名前は、シートの種類のidにしてください。");
		return fail(ST_INVALID, "%s is no id of a sheet type", path);
	}
	return load_versions(ts, path, id, ps);
}

static enum status load_all(struct types *ts, const char *dir, struct problems *ps)
{
	struct dirent **names = NULL;
	struct buf path;
	bool invalid = false;
	enum status st;
	int n = 0;

	buf_init(&path, 4096);
	st = list_folder(dir, &names, &n);
	for (int i = 0; i < n && !st; i++) {
		path_join(&path, dir, names[i]->d_name);
		st = path.st ? path.st : load_entry(ts, buf_str(&path), names[i]->d_name, ps);
		st = go_on(st, &invalid);
	}
	if (!st && invalid)
		st = fail(ST_INVALID, "%s has a sheet type that is not valid", dir);
	free_names(names, n);
	buf_clear(&path);
	return st;
}

/* ---- forms --------------------------------------------------------------------------------- */

static bool has_type(const struct types *ts, struct span id)
{
	for (size_t i = 0; i < ts->nall; i++)
		if (span_eq(ts->all[i]->id, id))
			return true;
	return false;
}

/* A form that is for nothing would be thought to hold. */
static enum status check_forms(struct types *ts, struct problems *ps)
{
	struct dirent **names = NULL;
	enum status st = ST_OK;
	struct buf path;
	int n = 0;

	buf_init(&path, 4096);
	if (ts->forms && is_folder(ts->forms))
		st = list_folder(ts->forms, &names, &n);
	for (int i = 0; i < n && !st; i++) {
		struct span name = span_of(names[i]->d_name);

		if (!span_ends(name, SPAN(".yaml")) ||
		    has_type(ts, span_make(name.p, name.n - strlen(".yaml"))))
			continue;
		path_join(&path, ts->forms, names[i]->d_name);
		problem_add(ps, buf_str(&path), 0, 0, "form.type",
			    "この名前のシートの種類がありません。");
		st = fail(ST_INVALID, "%s is for no type", buf_str(&path));
	}
	free_names(names, n);
	buf_clear(&path);
	return st;
}

/* ---- order -------------------------------------------------------------------------------- */

static int by_version(const void *pa, const void *pb)
{
	const struct sheet_type *a = *(const struct sheet_type *const *)pa;
	const struct sheet_type *b = *(const struct sheet_type *const *)pb;
	int d = span_cmp(a->id, b->id);

	return d ? d : a->version - b->version;
}

/* The order in which a record is read; areas that a municipality adds come after these. */
static size_t area_rank(struct span area)
{
	static const char *const areas[] = {"health", "development",  "education",
					    "life",   "consultation", "benefit"};
	size_t i = 0;

	while (i < sizeof areas / sizeof *areas && !span_is(area, areas[i]))
		i++;
	return i;
}

static int by_area(const void *pa, const void *pb)
{
	const struct sheet_type *a = *(const struct sheet_type *const *)pa;
	const struct sheet_type *b = *(const struct sheet_type *const *)pb;
	size_t ra = area_rank(a->area), rb = area_rank(b->area);
	int d = span_cmp(a->area, b->area);

	if (ra != rb)
		return ra < rb ? -1 : 1;
	return d ? d : span_cmp(a->id, b->id);
}

static void sort(struct types *ts)
{
	qsort(ts->all, ts->nall, sizeof *ts->all, by_version);
	for (size_t i = 0; i < ts->nall; i++)
		if (i + 1 == ts->nall || !span_eq(ts->all[i]->id, ts->all[i + 1]->id))
			ts->newest[ts->nnewest++] = ts->all[i];
	qsort(ts->newest, ts->nnewest, sizeof *ts->newest, by_area);
}

enum status types_load(struct types **out, const char *dir, struct problems *ps)
{
	return types_load_as(out, dir, NULL, ps);
}

/* "types/kihon/1.yaml", "forms/kihon.yaml": appended. */
static void type_file_path(const struct type_file *f, struct buf *out)
{
	if (f->version)
		buf_addf(out, "types/%s/%d.yaml", f->id, f->version);
	else
		buf_addf(out, "forms/%s.yaml", f->id);
}

void types_sums(const struct types *ts, struct buf *out)
{
	char hex[SHA256_HEX];

	for (size_t i = 0; i < ts->nfiles; i++) {
		sha256_hex(ts->files[i].bytes, hex);
		buf_addf(out, "%s  ", hex);
		type_file_path(&ts->files[i], out);
		buf_addc(out, '\n');
	}
}

/* A folder lists "10.yaml" before "2.yaml". */
static int by_place(const void *pa, const void *pb)
{
	const struct type_file *a = pa, *b = pb;
	int d = strcmp(a->id, b->id);

	return d ? d : a->version - b->version;
}

static enum status begin(struct types **out)
{
	struct types *ts = calloc(1, sizeof *ts);

	*out = ts;
	if (!ts)
		return fail(ST_NOMEM, "no memory for sheet types");
	ts->a = arena_new(ARENA_MAX);
	ts->all = calloc(TYPES_MAX, sizeof *ts->all);
	ts->newest = calloc(TYPES_MAX, sizeof *ts->newest);
	ts->files = calloc(FILES_MAX + 1, sizeof *ts->files);
	return ts->a && ts->all && ts->newest && ts->files
		   ? ST_OK
		   : fail(ST_NOMEM, "no memory for sheet types");
}

/* Sorted and named, or nothing. */
static enum status end(struct types **out, enum status st)
{
	struct types *ts = *out;

	struct buf sums;

	buf_init(&sums, SUMS_MAX);
	if (!st) {
		sort(ts);
		qsort(ts->files, ts->nfiles, sizeof *ts->files, by_place);
		types_sums(ts, &sums);
		sha256_hex(buf_span(&sums), ts->hash);
		st = sums.st;
	}
	if (st) {
		types_free(ts);
		*out = NULL;
	}
	buf_clear(&sums);
	return st;
}

enum status types_load_as(struct types **out, const char *dir, const char *forms,
			  struct problems *ps)
{
	enum status st = begin(out);

	if (!st) {
		(*out)->forms = forms;
		st = load_all(*out, dir, ps);
	}
	if (!st)
		st = check_forms(*out, ps);
	if (*out)
		(*out)->forms = NULL;
	return end(out, st);
}

/* Of one id: its form comes first, then its versions. */
static enum status make_family(struct types *ts, const struct type_file *files, size_t n,
			       struct problems *ps)
{
	struct family of = {.id = files[0].id, .newest = files[n - 1].version};
	enum status st = ST_OK;

	for (size_t i = 0; i < n && !st; i++)
		st = files[i].version
			 ? take_type(ts, of.id, &of, files[i].version, files[i].bytes, ps)
			 : take_form(ts, of.id, &of, files[i].bytes, ps);
	return st;
}

enum status types_make(struct types **out, const struct type_file *files, size_t n,
		       struct problems *ps)
{
	enum status st = begin(out);

	for (size_t i = 0, next; i < n && !st; i = next) {
		for (next = i + 1; next < n && strcmp(files[next].id, files[i].id) == 0;)
			next++;
		st = make_family(*out, files + i, next - i, ps);
	}
	return end(out, st);
}

const struct type_file *types_files(const struct types *ts, size_t *n)
{
	*n = ts->nfiles;
	return ts->files;
}

void types_free(struct types *ts)
{
	if (!ts)
		return;
	arena_free(ts->a);
	free(ts->all);
	free(ts->newest);
	free(ts->files);
	free(ts);
}

/* ---- asking ------------------------------------------------------------------------------- */

const struct sheet_type *types_find(const struct types *ts, struct span id, int version)
{
	const struct sheet_type *found = NULL;

	for (size_t i = 0; i < ts->nall; i++)
		if (span_eq(ts->all[i]->id, id) && (version == 0 || ts->all[i]->version == version))
			found = ts->all[i]; /* the last is the newest */
	return found;
}

size_t types_count(const struct types *ts)
{
	return ts->nnewest;
}

const struct sheet_type *types_at(const struct types *ts, size_t i)
{
	return i < ts->nnewest ? ts->newest[i] : NULL;
}

const char *types_hash(const struct types *ts)
{
	return ts->hash;
}
