/*
 * What is wrong with an input: a list with file, line, column, a stable code and a sentence in
 * Japanese that says what to do.  Bounded: after PROBLEMS_MAX only the count grows.
 */
#ifndef KARTE_SHEET_PROBLEM_H
#define KARTE_SHEET_PROBLEM_H

#include "generator/base/buf.h"
#include "generator/base/span.h"

enum { PROBLEMS_MAX = 100 };

struct problem {
	char *file;	  /* as given by the caller; "" for a form */
	int line, col;	  /* from 1; 0 when there is no place; col counts code points */
	const char *code; /* "yaml.syntax", "value.date" …: a string literal, never freed */
	char *field;	  /* path of the form field, "f.goal" or "f.tests.2.on"; NULL if none */
	char *text;	  /* Japanese, one sentence, names the field, says what to do */
	bool warning;	  /* worth saying, does not stop */
};

struct problems {
	struct problem *list;
	size_t count;  /* how many are in the list */
	size_t errors; /* how many that stop were reported in all, also beyond the list */
};

void problems_init(struct problems *ps);
void problems_clear(struct problems *ps);

/* Adds an error.  ps may be NULL: then nothing is kept. */
void problem_add(struct problems *ps, const char *file, int line, int col, const char *code,
		 const char *fmt, ...) __attribute__((format(printf, 6, 7)));
/* Adds an error that belongs to a form field. */
void problem_field(struct problems *ps, const char *field, const char *code, const char *fmt, ...)
    __attribute__((format(printf, 4, 5)));
/* Turns the newest one into a warning. */
void problem_soften(struct problems *ps);

/* "file:line:col: code: text\n" each (parts that are absent are left out; warnings say
   "警告: " before the text), in order of file, line, column. */
void problems_print(struct problems *ps, struct buf *out);

#endif
