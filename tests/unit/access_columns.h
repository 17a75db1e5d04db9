/* The columns of tests/access/table.tsv, in their order. */
#ifndef KARTE_TESTS_UNIT_ACCESS_COLUMNS_H
#define KARTE_TESTS_UNIT_ACCESS_COLUMNS_H

enum column {
	ACCOUNT,
	ROLE,
	CLASSES,
	CHILD,
	TIES,
	SHEET,
	TYPE,
	RANGES,
	MANAGED,
	ACTION,
	SETTING,
	ANSWER,
	REASON,
	RELATION,
	AS,
	MODE,
	HIDDEN,
	OPENED,
	BY,
	WHERE,
	COLUMNS
};

#endif
