#include "generator/base/day.h"
#include "generator/base/sha256.h"
#include "generator/base/utf8.h"
#include "generator/render/dev_pdf_impl.h"
#include "generator/render/escape.h"
#include "generator/render/icc.h"

#include <stdlib.h>

/* ---- libharu's objects, filled with our own text ----------------------------------------------
 */

/* libharu calls this inside << >>. */
static HPDF_STATUS write_body(HPDF_Dict object, HPDF_Stream stream)
{
	const struct span *body = object->attr;

	return body ? HPDF_Stream_Write(stream, (const HPDF_BYTE *)body->p, (HPDF_UINT)body->n)
		    : HPDF_OK;
}

static HPDF_Dict no_object(struct pdf_writer *w)
{
	if (!w->st)
		w->st = fail(ST_NOMEM, "no memory for a PDF");
	return NULL;
}

HPDF_Dict pdf_object(struct pdf_writer *w)
{
	HPDF_Dict object;

	if (w->st)
		return NULL;
	object = HPDF_Dict_New(w->doc->mmgr);
	/* On failure the table of objects has freed it. */
	if (!object || HPDF_Xref_Add(w->doc->xref, object) != HPDF_OK)
		return no_object(w);
	object->write_fn = write_body;
	return object;
}

static void set_body(struct pdf_writer *w, HPDF_Dict object, struct span text)
{
	struct span *body = w->st ? NULL : arena_alloc(w->arena, sizeof *body);

	if (w->st || !object)
		return;
	if (body)
		*body = arena_copy(w->arena, text);
	if (!body || !body->p) {
		w->st = ST_NOMEM;
		return;
	}
	object->attr = body;
	object->write_fn = write_body;
}

void pdf_write(struct pdf_writer *w, HPDF_Dict object, const struct buf *body)
{
	if (body->st && !w->st)
		w->st = body->st;
	set_body(w, object, buf_span(body));
}

HPDF_Dict pdf_stream(struct pdf_writer *w, const char *body, struct span bytes, bool deflate)
{
	HPDF_Dict object;

	if (w->st)
		return NULL;
	object = HPDF_DictStream_New(w->doc->mmgr, w->doc->xref);
	if (!object)
		return no_object(w);
	object->filter = deflate ? HPDF_STREAM_FILTER_FLATE_DECODE : HPDF_STREAM_FILTER_NONE;
	if (HPDF_Stream_Write(object->stream, (const HPDF_BYTE *)bytes.p, (HPDF_UINT)bytes.n))
		return no_object(w);
	set_body(w, object, span_of(body));
	return object;
}

unsigned pdf_ref(const void *object)
{
	const HPDF_Obj_Header *header = object;

	return header ? header->obj_id & 0x00ffffff : 0;
}

void pdf_string(struct buf *b, struct span text)
{
	buf_adds(b, "<FEFF");
	while (text.n) {
		uint32_t cp = utf8_next(&text);

		if (cp > 0xffff) {
			buf_addf(b, "%04X", 0xd800 + ((cp - 0x10000) >> 10));
			cp = 0xdc00 + ((cp - 0x10000) & 0x3ff);
		}
		buf_addf(b, "%04X", cp);
	}
	buf_addc(b, '>');
}

/* ---- pages and outline ------------------------------------------------------------------------
 */

static void write_page(struct pdf_writer *w, size_t i)
{
	struct pdf_page *page = &w->dev->pages[i];
	HPDF_Page p = HPDF_AddPage(w->doc);
	struct span text = buf_span(&page->content);

	w->pages[i] = p;
	if (page->content.st)
		w->st = page->content.st;
	else if (!p || HPDF_Page_SetWidth(p, (HPDF_REAL)w->dev->width) ||
		 HPDF_Page_SetHeight(p, (HPDF_REAL)w->dev->height) ||
		 HPDF_Stream_Write(((HPDF_PageAttr)p->attr)->stream, (const HPDF_BYTE *)text.p,
				   (HPDF_UINT)text.n) ||
		 HPDF_Dict_AddNumber(p, "StructParents", (HPDF_INT32)i) ||
		 HPDF_Dict_AddName(p, "Tabs", "S"))
		no_object(w);
}

static void write_pages(struct pdf_writer *w)
{
	w->pages = arena_array(w->arena, w->dev->npages, sizeof(HPDF_Page));
	if (!w->pages)
		w->st = ST_NOMEM;
	for (size_t i = 0; i < w->dev->npages && !w->st; i++)
		write_page(w, i);
}

static HPDF_Dict pdf_write_outline(struct pdf_writer *w)
{
	const struct dev_pdf *dev = w->dev;
	HPDF_Dict root = pdf_object(w), before = NULL, now = pdf_object(w), after, first = now;
	struct buf b;

	buf_init(&b, PDF_PAGE_MAX);
	for (size_t i = 0; i < dev->nbookmarks && !w->st; i++) {
		const struct pdf_bookmark *mark = &dev->bookmarks[i];

		after = i + 1 < dev->nbookmarks ? pdf_object(w) : NULL;
		buf_cut(&b, 0);
		buf_adds(&b, "/Title");
		pdf_string(&b, span_of(mark->title));
		buf_addf(&b, "/Parent %u 0 R/Dest[%u 0 R/XYZ 0 ", pdf_ref(root),
			 pdf_ref(w->pages[mark->page]));
		pdf_number(&b, dev->height - mark->y);
		buf_adds(&b, " 0]");
		if (before)
			buf_addf(&b, "/Prev %u 0 R", pdf_ref(before));
		if (after)
			buf_addf(&b, "/Next %u 0 R", pdf_ref(after));
		pdf_write(w, now, &b);
		before = now;
		now = after;
	}
	buf_cut(&b, 0);
	buf_addf(&b, "/Type/Outlines/First %u 0 R/Last %u 0 R/Count %zu", pdf_ref(first),
		 pdf_ref(before), dev->nbookmarks);
	pdf_write(w, root, &b);
	buf_clear(&b);
	return root;
}

/* ---- the document as a whole ------------------------------------------------------------------
 */

/* XMP (ISO 16684-1) with the identification that PDF/A-2 asks for (ISO 19005-2, 6.6). */
static HPDF_Dict write_metadata(struct pdf_writer *w, const struct pdf_about *about)
{
	char when[DAY_TEXT];
	HPDF_Dict metadata;
	struct buf b;

	time_utc(about->at, when);
	buf_init(&b, PDF_PAGE_MAX);
	buf_adds(&b, "<?xpacket begin=\"\xef\xbb\xbf\" id=\"W5M0MpCehiHzreSzNTczkc9d\"?>\n"
		     "<x:xmpmeta xmlns:x=\"adobe:ns:meta/\">\n"
		     "<rdf:RDF xmlns:rdf=\"http://www.w3.org/1999/02/22-rdf-syntax-ns#\">\n"
		     "<rdf:Description rdf:about=\"\""
		     " xmlns:dc=\"http://purl.org/dc/elements/1.1/\""
		     " xmlns:xmp=\"http://ns.adobe.com/xap/1.0/\""
		     " xmlns:pdf=\"http://ns.adobe.com/pdf/1.3/\""
		     " xmlns:pdfaid=\"http://www.aiim.org/pdfa/ns/id/\">\n"
		     "<pdfaid:part>2</pdfaid:part><pdfaid:conformance>A</pdfaid:conformance>\n"
		     "<dc:title><rdf:Alt><rdf:li xml:lang=\"x-default\">");
	escape_text(&b, about->title);
	buf_adds(&b, "</rdf:li></rdf:Alt></dc:title>\n"
		     "<dc:language><rdf:Bag><rdf:li>ja-JP</rdf:li></rdf:Bag></dc:language>\n");
	buf_addf(&b, "<xmp:CreateDate>%s</xmp:CreateDate><xmp:ModifyDate>%s</xmp:ModifyDate>\n",
		 when, when);
	buf_adds(&b, "<xmp:CreatorTool>Karte</xmp:CreatorTool>"
		     "<pdf:Producer>Karte</pdf:Producer>\n"
		     "</rdf:Description>\n</rdf:RDF>\n</x:xmpmeta>\n<?xpacket end=\"w\"?>\n");
	if (b.st && !w->st)
		w->st = b.st;
	metadata = pdf_stream(w, "/Type/Metadata/Subtype/XML", buf_span(&b), false);
	buf_clear(&b);
	return metadata;
}

static HPDF_Dict write_profile(struct pdf_writer *w)
{
	struct span profile;
	enum status st = icc_srgb(&profile);

	if (st && !w->st)
		w->st = st;
	return pdf_stream(w, "/N 3", profile, true);
}

/* D:20261120053107Z */
static void write_date(struct buf *b, const char *key, int64_t at)
{
	char when[DAY_TEXT];

	time_utc(at, when);
	buf_addf(b, "%s(D:", key);
	for (const char *c = when; *c; c++)
		if ((*c >= '0' && *c <= '9') || *c == 'Z')
			buf_addc(b, *c);
	buf_addc(b, ')');
}

static void write_info(struct pdf_writer *w, const struct pdf_about *about)
{
	struct buf b;

	buf_init(&b, PDF_PAGE_MAX);
	buf_adds(&b, "/Title");
	pdf_string(&b, about->title);
	buf_adds(&b, "/Creator(Karte)/Producer(Karte)");
	write_date(&b, "/CreationDate", about->at);
	write_date(&b, "/ModDate", about->at);
	/* The library has put its own name there. */
	HPDF_Dict_RemoveElement(w->doc->info, "Producer");
	pdf_write(w, w->doc->info, &b);
	buf_clear(&b);
}

/* 14.4: an identifier made of the content, since neither clock nor chance may be in it. */
static void write_id(struct pdf_writer *w, const struct pdf_about *about)
{
	unsigned char sum[SHA256_LEN];
	struct sha256 h;
	HPDF_Array id = HPDF_Array_New(w->doc->mmgr);

	sha256_init(&h);
	sha256_add(&h, about->title.p, about->title.n);
	sha256_add(&h, &about->at, sizeof about->at);
	for (size_t i = 0; i < w->dev->npages; i++)
		sha256_add(&h, w->dev->pages[i].content.data, w->dev->pages[i].content.len);
	for (size_t i = 0; i < FONT_FILES_MAX; i++)
		sha256_add(&h, w->dev->codes[i].list,
			   w->dev->codes[i].n * sizeof *w->dev->codes[i].list);
	sha256_end(&h, sum);
	if (!id || HPDF_Dict_Add(w->doc->trailer, "ID", id)) {
		no_object(w);
		return;
	}
	for (int i = 0; i < 2; i++)
		if (HPDF_Array_Add(id, HPDF_Binary_New(w->doc->mmgr, sum, 16)))
			no_object(w);
}

static void pdf_write_about(struct pdf_writer *w, const struct pdf_about *about)
{
	HPDF_Dict metadata = write_metadata(w, about), profile = write_profile(w);
	HPDF_Dict tree = pdf_write_tree(w);
	struct buf b;

	buf_init(&b, PDF_PAGE_MAX);
	buf_adds(&b, "/Lang(ja-JP)/MarkInfo<</Marked true>>"
		     "/ViewerPreferences<</DisplayDocTitle true>>");
	buf_addf(&b, "/Metadata %u 0 R/StructTreeRoot %u 0 R", pdf_ref(metadata), pdf_ref(tree));
	buf_addf(&b,
		 "/OutputIntents[<</Type/OutputIntent/S/GTS_PDFA1/OutputConditionIdentifier"
		 "(sRGB IEC61966-2.1)/Info(sRGB IEC61966-2.1)/DestOutputProfile %u 0 R>>]",
		 pdf_ref(profile));
	if (w->dev->nbookmarks)
		buf_addf(&b, "/Outlines %u 0 R", pdf_ref(pdf_write_outline(w)));
	pdf_write(w, w->doc->catalog, &b);
	buf_clear(&b);
	write_info(w, about);
	write_id(w, about);
}

/* Each page refers to the one dictionary of fonts. */
static void share_resources(struct pdf_writer *w)
{
	HPDF_Dict resources = pdf_write_fonts(w);

	for (size_t i = 0; i < w->dev->npages && !w->st; i++)
		if (HPDF_Dict_Add(w->pages[i], "Resources", resources))
			no_object(w);
}

static void save(struct pdf_writer *w, struct buf *out)
{
	HPDF_Stream s;
	const HPDF_BYTE *block;
	HPDF_UINT len;

	if (HPDF_SaveToStream(w->doc) != HPDF_OK) {
		HPDF_STATUS why = HPDF_GetError(w->doc);

		/* Deflating into memory fails for no other reason. */
		w->st = why == HPDF_FAILD_TO_ALLOC_MEM || why == HPDF_ZLIB_ERROR
			    ? fail(ST_NOMEM, "no memory for a PDF")
			    : fail(ST_IO, "libharu cannot write the PDF: error %lx", why);
		return;
	}
	s = w->doc->stream;
	for (HPDF_UINT i = 0; i < HPDF_MemStream_GetBufCount(s); i++) {
		len = 0;
		block = HPDF_MemStream_GetBufPtr(s, i, &len);
		buf_add(out, block, len);
	}
	w->st = out->st;
}

enum status dev_pdf_finish(struct device *d, const struct pdf_about *about, struct buf *out)
{
	struct pdf_writer w = {.dev = (struct dev_pdf *)d, .st = d->st};

	if (w.st)
		return w.st;
	if (w.dev->npages == 0 || w.dev->tree.now >= 0 || w.dev->tree.nparts == 0)
		return fail(ST_BUG, "a document without pages or with open parts");
	d->ops->end_artifact(d);
	w.arena = arena_new(PDF_MEMORY_MAX);
	/* Without an error function libharu answers by status and never jumps. */
	w.doc = HPDF_New(NULL, NULL);
	if (!w.arena || !w.doc) {
		w.st = fail(ST_NOMEM, "no memory for a PDF");
		goto out;
	}
	w.doc->pdf_version = HPDF_VER_17;
	if (HPDF_SetCompressionMode(w.doc, HPDF_COMP_ALL) != HPDF_OK)
		no_object(&w);
	if (!w.st)
		write_pages(&w);
	if (!w.st)
		share_resources(&w);
	if (!w.st)
		pdf_write_about(&w, about);
	if (!w.st)
		save(&w, out);

out:
	if (w.doc)
		HPDF_Free(w.doc);
	arena_free(w.arena);
	return w.st;
}
