#include "generator/base/sha256.h"
#include "generator/render/dev_pdf_impl.h"

#include <stdio.h>

enum { FONT_PROGRAM_MAX = 64 * 1024 * 1024 };

/* "KQWERT+Name": six letters that tell this part of the font from another (9.6.4). */
static void write_name(struct buf *b, const struct font_facts *facts, const struct pdf_codes *codes)
{
	unsigned char sum[SHA256_LEN];

	sha256(span_make((const char *)codes->list, codes->n * sizeof *codes->list), sum);
	for (int i = 0; i < 6; i++)
		buf_addc(b, (char)('A' + sum[i] % 26));
	buf_addf(b, "+%s", facts->name);
}

/* One target of a bfchar: the characters as UTF-16BE. */
static void write_chars(struct buf *b, const struct pdf_cid *cid)
{
	buf_addc(b, '<');
	for (int i = 0; i < cid->nchars; i++) {
		uint32_t cp = cid->chars[i];

		if (cp > 0xffff)
			buf_addf(b, "%04X%04X", 0xd800 + ((cp - 0x10000) >> 10),
				 0xdc00 + ((cp - 0x10000) & 0x3ff));
		else
			buf_addf(b, "%04X", cp);
	}
	buf_addc(b, '>');
}

/* 9.10.3: from codes back to characters; at most 100 in a block. */
static HPDF_Dict write_to_unicode(struct pdf_writer *w, const struct pdf_codes *codes,
				  struct buf *b)
{
	enum { BLOCK = 100 };

	buf_cut(b, 0);
	buf_adds(b, "/CIDInit /ProcSet findresource begin\n12 dict begin\nbegincmap\n"
		    "/CIDSystemInfo <</Registry(Adobe)/Ordering(UCS)/Supplement 0>> def\n"
		    "/CMapName /Adobe-Identity-UCS def\n/CMapType 2 def\n"
		    "1 begincodespacerange\n<0000> <FFFF>\nendcodespacerange\n");
	for (size_t i = 0; i < codes->n; i++) {
		if (i % BLOCK == 0)
			buf_addf(b, "%zu beginbfchar\n",
				 codes->n - i < BLOCK ? codes->n - i : (size_t)BLOCK);
		buf_addf(b, "<%04zX> ", i + 1);
		write_chars(b, &codes->list[i]);
		buf_addc(b, '\n');
		if (i % BLOCK == BLOCK - 1 || i + 1 == codes->n)
			buf_adds(b, "endbfchar\n");
	}
	buf_adds(b, "endcmap\nCMapName currentdict /CMap defineresource pop\nend\nend\n");
	return pdf_stream(w, "", buf_span(b), true);
}

/* 9.7.4.3: the widths that are not one em, in stretches. */
static void write_widths(struct buf *b, const struct pdf_codes *codes)
{
	bool in = false;

	buf_adds(b, "/DW 1000/W[");
	for (size_t i = 0; i < codes->n; i++) {
		bool other = codes->list[i].advance != 1000;

		if (other && !in)
			buf_addf(b, "%zu[", i + 1);
		if (other)
			buf_addf(b, in ? " %d" : "%d", codes->list[i].advance);
		if (in && !other)
			buf_adds(b, "]");
		in = other;
	}
	buf_adds(b, in ? "]]" : "]");
}

/* The font program, and the map from our codes to its glyphs. */
static enum status write_program(struct pdf_writer *w, size_t file, HPDF_Dict *program,
				 HPDF_Dict *map)
{
	const struct pdf_codes *codes = &w->dev->codes[file];
	uint32_t *glyphs = arena_array(w->arena, codes->n, sizeof *glyphs);
	uint16_t *ids = arena_array(w->arena, codes->n, sizeof *ids);
	char *bytes = arena_alloc(w->arena, 2 * (codes->n + 1)), body[32];
	struct buf b;
	enum status st = ST_NOMEM;

	buf_init(&b, FONT_PROGRAM_MAX);
	if (!glyphs || !ids || !bytes)
		goto out;
	for (size_t i = 0; i < codes->n; i++)
		glyphs[i] = codes->list[i].glyph;
	st = fonts_subset(w->dev->fonts, file, glyphs, codes->n, &b, ids);
	if (st)
		goto out;
	for (size_t i = 0; i < codes->n; i++) {
		bytes[2 * i + 2] = (char)(ids[i] >> 8);
		bytes[2 * i + 3] = (char)(ids[i] & 255);
	}
	snprintf(body, sizeof body, "/Length1 %zu", b.len);
	*program = pdf_stream(w, body, buf_span(&b), true);
	*map = pdf_stream(w, "", span_make(bytes, 2 * (codes->n + 1)), true);

out:
	buf_clear(&b);
	return st;
}

/* 9.8: what a reader needs to stand in for the font. */
static HPDF_Dict write_descriptor(struct pdf_writer *w, size_t file, HPDF_Dict program,
				  struct buf *b)
{
	enum { SERIF = 2, SYMBOLIC = 4 };
	const struct font_facts *facts = fonts_facts(w->dev->fonts, file);
	HPDF_Dict descriptor = pdf_object(w);

	buf_cut(b, 0);
	buf_adds(b, "/Type/FontDescriptor/FontName/");
	write_name(b, facts, &w->dev->codes[file]);
	buf_addf(b, "/Flags %d/FontBBox[%d %d %d %d]/ItalicAngle 0",
		 SYMBOLIC | (facts->serif ? SERIF : 0), facts->box[0], facts->box[1], facts->box[2],
		 facts->box[3]);
	buf_addf(b, "/Ascent %d/Descent %d/CapHeight %d/StemV %d/FontFile2 %u 0 R", facts->ascent,
		 facts->descent, facts->cap_height, facts->bold ? 140 : 80, pdf_ref(program));
	pdf_write(w, descriptor, b);
	return descriptor;
}

/* 9.7: a composite font whose codes are two bytes, and its one descendant. */
static HPDF_Dict write_font(struct pdf_writer *w, size_t file, struct buf *b)
{
	const struct font_facts *facts = fonts_facts(w->dev->fonts, file);
	const struct pdf_codes *codes = &w->dev->codes[file];
	HPDF_Dict program = NULL, map = NULL, descriptor, descendant, font, unicode;

	w->st = write_program(w, file, &program, &map);
	if (w->st)
		return NULL;
	descriptor = write_descriptor(w, file, program, b);
	unicode = write_to_unicode(w, codes, b);
	descendant = pdf_object(w);
	buf_cut(b, 0);
	buf_adds(b, "/Type/Font/Subtype/CIDFontType2/BaseFont/");
	write_name(b, facts, codes);
	buf_adds(b, "/CIDSystemInfo<</Registry(Adobe)/Ordering(Identity)/Supplement 0>>");
	buf_addf(b, "/FontDescriptor %u 0 R/CIDToGIDMap %u 0 R", pdf_ref(descriptor), pdf_ref(map));
	write_widths(b, codes);
	pdf_write(w, descendant, b);
	font = pdf_object(w);
	buf_cut(b, 0);
	buf_adds(b, "/Type/Font/Subtype/Type0/BaseFont/");
	write_name(b, facts, codes);
	buf_addf(b, "/Encoding/Identity-H/DescendantFonts[%u 0 R]/ToUnicode %u 0 R",
		 pdf_ref(descendant), pdf_ref(unicode));
	pdf_write(w, font, b);
	return font;
}

HPDF_Dict pdf_write_fonts(struct pdf_writer *w)
{
	HPDF_Dict resources = pdf_object(w);
	struct buf b, list;

	buf_init(&b, PDF_PAGE_MAX);
	buf_init(&list, PDF_PAGE_MAX);
	buf_adds(&list, "/Font<<");
	for (size_t i = 0; i < fonts_files(w->dev->fonts) && !w->st; i++)
		if (w->dev->codes[i].n)
			buf_addf(&list, "/F%zu %u 0 R", i, pdf_ref(write_font(w, i, &b)));
	buf_adds(&list, ">>");
	pdf_write(w, resources, &list);
	buf_clear(&b);
	buf_clear(&list);
	return resources;
}
