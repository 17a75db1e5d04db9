/* RFC 6962 hashing, the growing tree, and tiles. */
#include "vault/journal/tile.h"
#include "vault/journal/tree.h"

#include "journal_fixture.h"

/* The eight leaves and roots of the Certificate Transparency test suite. */
static const struct span ct_leaf[8] = {
    SPAN(""),
    SPAN("\x00"),
    SPAN("\x10"),
    SPAN("\x20\x21"),
    SPAN("\x30\x31"),
    SPAN("\x40\x41\x42\x43"),
    SPAN("\x50\x51\x52\x53\x54\x55\x56\x57"),
    SPAN("\x60\x61\x62\x63\x64\x65\x66\x67\x68\x69\x6a\x6b\x6c\x6d\x6e\x6f"),
};

static const char *const ct_root[9] = {
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
};

/* MTH of RFC 6962 section 2.1, word for word. */
static struct hash naive(const struct span *d, size_t n)
{
	struct buf b;
	struct hash h, half;
	size_t k = 1;

	buf_init(&b, 1024);
	if (n == 1) {
		buf_add(&b, "\0", 1);
		buf_addspan(&b, d[0]);
	} else if (n > 1) {
		while (2 * k < n)
			k *= 2;
		buf_addc(&b, 1);
		half = naive(d, k);
		buf_add(&b, half.b, sizeof half.b);
		half = naive(d + k, n - k);
		buf_add(&b, half.b, sizeof half.b);
	}
	sha256(buf_span(&b), h.b);
	buf_clear(&b);
	return h;
}

static void assert_hash(struct hash h, const char *hex)
{
	struct buf b;

	buf_init(&b, 128);
	buf_addhex(&b, h.b, sizeof h.b);
	assert_string_equal(buf_str(&b), hex);
	buf_clear(&b);
}

static struct tree *new_tree(void)
{
	struct tree *t = malloc(sizeof *t);

	assert_non_null(t);
	tree_init(t);
	return t;
}

static void roots_are_those_of_the_ct_test_suite(void **state)
{
	struct tree *t = new_tree();

	(void)state;
	assert_hash(tree_root(t), ct_root[0]);
	for (size_t n = 0; n < 8; n++) {
		struct hash leaf = hash_leaf(ct_leaf[n]);

		assert_int_equal(tree_add(t, &leaf, NULL, NULL), ST_OK);
		assert_hash(tree_root(t), ct_root[n + 1]);
		assert_hash(naive(ct_leaf, n + 1), ct_root[n + 1]);
	}
	free(t);
}

enum { MANY = 700 };
static char text[MANY][8];
static struct span many[MANY];

static void fill_many(void)
{
	for (unsigned i = 0; i < MANY; i++) {
		snprintf(text[i], sizeof text[i], "leaf%u", i % 1000);
		many[i] = span_of(text[i]);
	}
}

/* Compares each full tile with MTH of the definition in tlog-tiles. */
static enum status check_tile(void *ctx, unsigned level, uint64_t index, const struct hash *h)
{
	unsigned *full = ctx;

	++*full;
	assert_int_equal(level, 0);
	for (size_t i = 0; i < TILE_WIDTH; i++) {
		struct hash want = naive(many + index * TILE_WIDTH + i, 1);
		assert_true(hash_eq(&h[i], &want));
	}
	return ST_OK;
}

static void every_size_gives_the_root_of_the_definition(void **state)
{
	struct tree *t = new_tree(), *from_edges = new_tree();
	unsigned full = 0;

	(void)state;
	fill_many();
	for (size_t n = 0; n < MANY; n++) {
		struct hash leaf = hash_leaf(many[n]), want, got;

		assert_int_equal(tree_add(t, &leaf, check_tile, &full), ST_OK);
		if (n % 7 && n != 255 && n != 256 && n != 511)
			continue;
		want = naive(many, n + 1);
		got = tree_root(t);
		assert_true(hash_eq(&got, &want));
		tree_init(from_edges);
		from_edges->size = t->size;
		memcpy(from_edges->edge, t->edge, sizeof t->edge);
		tree_from_edges(from_edges);
		got = tree_root(from_edges);
		assert_true(hash_eq(&got, &want));
	}
	assert_int_equal(full, 2);
	assert_int_equal(t->edge[1].width, 2);
	for (size_t i = 0; i < 2; i++) {
		struct hash want = naive(many + i * TILE_WIDTH, TILE_WIDTH);
		assert_true(hash_eq(&t->edge[1].h[i], &want));
	}
	free(t);
	free(from_edges);
}

static enum status count_tile(void *ctx, unsigned level, uint64_t index, const struct hash *h)
{
	uint64_t(*last)[2] = ctx;

	(void)h;
	last[level][0]++;
	last[level][1] = index;
	return ST_OK;
}

static void a_tree_of_70000_has_the_tiles_of_the_specification(void **state)
{
	struct tree *t = new_tree();
	uint64_t tiles[TILE_LEVELS][2] = {{0}};
	struct hash leaf = hash_empty();

	(void)state;
	for (unsigned i = 0; i < 70000; i++)
		assert_int_equal(tree_add(t, &leaf, count_tile, tiles), ST_OK);
	assert_int_equal(tiles[0][0], 273);
	assert_int_equal(tiles[0][1], 272);
	assert_int_equal(tiles[1][0], 1);
	assert_int_equal(tiles[1][1], 0);
	assert_int_equal(tiles[2][0], 0);
	assert_int_equal(t->edge[0].width, 112);
	assert_int_equal(t->edge[1].width, 17);
	assert_int_equal(t->edge[2].width, 1);
	for (unsigned level = 0; level < TILE_LEVELS; level++)
		assert_int_equal(t->edge[level].width, tree_edge_width(70000, level));
	free(t);
}

static void tile_paths_are_those_of_the_specification(void **state)
{
	static const struct {
		unsigned level;
		uint64_t index;
		unsigned width;
		const char *path;
	} cases[] = {
	    {0, 0, 256, "tile/0/000"},
	    {0, 0, 1, "tile/0/000.p/1"},
	    {1, 273, 255, "tile/1/273.p/255"},
	    {0, 1234067, 256, "tile/0/x001/x234/067"},
	    {2, 1000, 112, "tile/2/x001/000.p/112"},
	    {7, 72057594037927935u, 256, "tile/7/x072/x057/x594/x037/x927/935"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		unsigned level, width;
		uint64_t index;
		struct buf b;

		buf_init(&b, 128);
		tile_path(&b, cases[i].level, cases[i].index, cases[i].width);
		assert_string_equal(buf_str(&b), cases[i].path);
		assert_true(tile_parse(buf_span(&b), &level, &index, &width));
		assert_int_equal(level, cases[i].level);
		assert_int_equal(index, cases[i].index);
		assert_int_equal(width, cases[i].width);
		buf_clear(&b);
	}
}

static void other_tile_paths_are_refused(void **state)
{
	static const char *const bad[] = {
	    "",
	    "tile",
	    "tile/",
	    "tile/0",
	    "tile/0/",
	    "tile/0/00",
	    "tile/0/0000",
	    "tile/00/000",
	    "tile/8/000",
	    "tile/-1/000",
	    "tile/0/x000/001",
	    "tile/0/x001",
	    "tile/0/001/002",
	    "tile/0/000.p",
	    "tile/0/000.p/",
	    "tile/0/000.p/0",
	    "tile/0/000.p/256",
	    "tile/0/000.p/01",
	    "tile/0/000.p/1/2",
	    "tile/0/../key",
	    "tile/0/x../key",
	    "/tile/0/000",
	    "tile/0/000/",
	    "tile/entries/000",
	    "Tile/0/000",
	    "tile/0/000.p/1\n",
	    "tile//000",
	    "key",
	    "tile/0/x999/x999/x999/x999/x999/x999/999",
	};
	unsigned level, width;
	uint64_t index;

	(void)state;
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
		if (tile_parse(span_of(bad[i]), &level, &index, &width))
			fail_msg("accepted: %s", bad[i]);
}

static void a_partial_tile_is_cut_from_the_full_one(void **state)
{
	struct hash h[TILE_WIDTH], got[TILE_WIDTH];
	char path[700];

	(void)state;
	for (unsigned i = 0; i < TILE_WIDTH; i++)
		memset(h[i].b, (int)i, sizeof h[i].b);
	assert_ok(tile_write(journal, 0, 1000, 5, h));
	assert_ok(tile_read(journal, 0, 1000, 5, got));
	assert_memory_equal(got, h, 5 * sizeof *h);
	assert_status(tile_read(journal, 0, 1000, 6, got), ST_NOTFOUND);
	assert_ok(tile_write(journal, 0, 1000, TILE_WIDTH, h));
	path_in(path, "tile/0/x001/000.p");
	assert_false(file_exists(path));
	memset(got, 0, sizeof got);
	assert_ok(tile_read(journal, 0, 1000, 6, got));
	assert_memory_equal(got, h, 6 * sizeof *h);
	spit("tile/0/x001/000", SPAN("short"));
	assert_status(tile_read(journal, 0, 1000, TILE_WIDTH, got), ST_CORRUPT);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(roots_are_those_of_the_ct_test_suite),
	    cmocka_unit_test(every_size_gives_the_root_of_the_definition),
	    cmocka_unit_test(a_tree_of_70000_has_the_tiles_of_the_specification),
	    cmocka_unit_test(tile_paths_are_those_of_the_specification),
	    cmocka_unit_test(other_tile_paths_are_refused),
	    cmocka_unit_test_setup_teardown(a_partial_tile_is_cut_from_the_full_one, set_up,
					    tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
