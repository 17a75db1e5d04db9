/* Lists, searches and the first page, as one account sees them. */
#ifndef KARTE_TESTS_UNIT_PROPERTY_ACCESS_LISTS_H
#define KARTE_TESTS_UNIT_PROPERTY_ACCESS_LISTS_H

#include "tests/unit/property_access_look.h"

enum { PER_PAGE = 50 };

/*
 * Which children a list must and may name: those whose karte may be read; but whom only a reason
 * opened is not looked for by a list.
 */
static inline void listed(struct marks *least, struct marks *most, const struct account *who,
			  const struct child_fact *child)
{
	static struct standpoint s;
	struct decision d;

	stand(&s, who, child);
	d = decide_child(&s, ACT_CHILD_READ);
	if (d.allow)
		add_child_name(most, child);
	if (d.allow && d.reason != WHY_GLASS)
		add_child_name(least, child);
}

static inline bool has_list(const struct account *who)
{
	return who->staff || who->role == ROLE_HOUSEHOLD;
}

static inline void all_institutions(struct marks *m)
{
	for (unsigned i = 0; i < INSTITUTIONS; i++)
		marks_add(m, mark_of(INSTITUTION_MARK + i, 'i', 'i', '0'));
}

/* Both pages of the list together: at most PER_PAGE and the rest. */
static inline void look_at_list(const struct account *who)
{
	static struct marks least, most, shown, page;

	_Static_assert(CHILDREN <= 2 * PER_PAGE, "two pages show all children");
	least.count = most.count = shown.count = 0;
	add_account(&most, who);
	for (size_t i = 0; i < CHILDREN; i++)
		listed(&least, &most, who, &world.children[i]);
	if (who->staff)
		all_institutions(&most);
	for (int i = 0; i < 2; i++) {
		if (get(i ? "/children?q=&page=1" : "/children") != 200)
			wrong("/children", "%d", reply.a.status);
		marks_of_answer(&page);
		for (size_t k = 0; k < page.count; k++)
			marks_add(&shown, page.list[k]);
	}
	if (marks_beyond(&shown, &most))
		wrong("/children", "shows %s", marks_beyond(&shown, &most));
	if (marks_beyond(&least, &shown))
		wrong("/children", "lacks %s", marks_beyond(&least, &shown));
}

static inline void search_child(const struct account *who, const struct child_fact *child)
{
	static struct marks least, most;
	char path[PATH_ROOM];

	snprintf(path, sizeof path, "/children?q=%%E3%%81%%B2%%E3%%82%%87%%E3%%81%%86%%20%04u",
		 child->number);
	least.count = most.count = 0;
	listed(&least, &most, who, child);
	if (most.count && who->staff)
		all_institutions(&most);
	add_account(&most, who);
	expect_shown(path, &least, &most, "role");
}

/* The titles and children of drafts that wait for staff: those that this person may read. */
static inline void add_drafts(struct marks *most, const struct account *who)
{
	static struct standpoint s;

	for (size_t i = 0; i < CHILDREN; i++)
		for (size_t k = 0; k < world.children[i].nsheets; k++) {
			const struct sheet_fact *f = &world.children[i].sheets[k];
			struct decision d;
			struct view *v;

			if (strcmp(f->institution, who->institution) != 0)
				continue;
			stand(&s, who, &world.children[i]);
			d = decide_sheet(&s, ACT_SHEET_READ, f);
			v = view_of(&s, &d, f, f->versions - 1);
			if (v)
				add_child_name(most, &world.children[i]);
			add_title_of(most, v);
			view_free(v);
		}
}

/* A family's first page says where each child is now. */
static inline void add_places(struct marks *most, const struct account *who,
			      const struct child_fact *child)
{
	static struct standpoint s;

	stand(&s, who, child);
	for (unsigned i = 0; i < INSTITUTIONS && decide_child(&s, ACT_CHILD_READ).allow; i++)
		if (is_there_today(&child->child, world.institutions[i].id) &&
		    !hides_institution(&s, world.institutions[i].id))
			marks_add(most, mark_of(INSTITUTION_MARK + i, 'i', 'i', '0'));
}

static inline void look_at_home(const struct account *who)
{
	static struct marks least, most;

	least.count = most.count = 0;
	add_account(&most, who);
	for (size_t i = 0; i < CHILDREN && who->role == ROLE_HOUSEHOLD; i++) {
		listed(&least, &most, who, &world.children[i]);
		add_places(&most, who, &world.children[i]);
	}
	if (who->staff)
		add_drafts(&most, who);
	expect_shown("/", &least, &most, "own-pages");
}

static inline void look_at_lists(const struct account *who)
{
	static const char *const lists[] = {"/children", "/children?q=%E3%81%B2"};

	if (has_list(who)) {
		look_at_list(who);
		look_at_home(who);
		for (int i = 0; i < 8; i++)
			search_child(who, &world.children[random_below(CHILDREN)]);
		return;
	}
	for (int i = 0; i < 2; i++)
		expect_refused(lists[i], "no-rule");
}

#endif
