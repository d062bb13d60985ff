/* From a text to an article, and the cache of document.get. What was rendered is right as long as the text has the same version and no event with the topic of the document
 * or of one of its incidents has come: events count up a generation, and a rendering remembers the generation that it was made after. */
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>

#include "core/feed.h"
#include "feature/document/document_image.h"
#include "feature/document/document_report.h"
#include "text/html.h"
#include "text/markdown.h"

/* ---- rendering ---- */

/* Somebody types, and fifty read along: of the text only the part between two headings is rendered again. */
enum { PIECES_BYTES = 8 << 20 };
static struct markdown_cache *pieces;

struct render {
	struct ctx *c;
	struct block_subject subject;
	bool markdown;
	enum st st;
};

static enum st html_of(struct render *r, const struct live_block *b, str args, struct buf *out) {
	struct buf markdown = buf_in(r->c->a);
	if (b->html)
		return b->html(r->c, &r->subject, args, out);
	enum st st = b->write(r->c, &r->subject, args, &markdown);
	return st == ST_OK ? markdown_to_html(r->c->a, buf_str(&markdown), NULL, out) : st;
}

static bool write_block(void *data, str name, str args, struct buf *out) {
	struct render *r = data;
	const struct live_block *b = block_find(name);
	if (!b || r->st != ST_OK)
		return false;
	r->st = r->markdown ? b->write(r->c, &r->subject, args, out) : html_of(r, b, args, out);
	return true;
}

static struct block_subject subject_of(struct ctx *c, const struct document *d) {
	const struct document_about *about = d->incidents.items;
	int64_t *ids = arena_array(c->a, d->incidents.n, sizeof *ids);
	const struct zone *zone;
	for (size_t i = 0; i < d->incidents.n; i++)
		ids[i] = about[i].id;
	if (zone_find(d->zone, &zone) != ST_OK)
		zone = zone_utc();
	return (struct block_subject){ d->id, ids, d->incidents.n, zone };
}

struct list list_headings(struct ctx *c, const struct markdown_heading *h, size_t n) {
	struct document_heading *out = arena_array(c->a, n, sizeof *out);
	for (size_t i = 0; i < n; i++)
		out[i] = (struct document_heading){ h[i].level, h[i].text, h[i].id, (int64_t)h[i].line };
	return (struct list){ out, n };
}

/* At the head of each document, as it is now; no part of the text. */
static enum st write_creed(struct ctx *c, const struct document *d, struct buf *out) {
	str creed = creed_of(d);
	if (!creed.n)
		return ST_OK;
	buf_lit(out, "<aside class=\"creed\">");
	enum st st = markdown_to_html(c->a, creed, NULL, out);
	buf_lit(out, "</aside>\n");
	return st;
}

bool says_title(const struct document *d, const struct markdown_heading *first) {
	str head = str_to(d->text, (size_t)(str_trim(d->text).p - d->text.p));
	size_t line = 1;
	for (size_t i = 0; i < head.n; i++)
		line += head.p[i] == '\n';
	return first->level == 1 && first->line == line && str_eq(str_trim(first->text), str_trim(d->title));
}

/* A text that begins with its title, as foreign ones do, has said it: its heading stands above the creed. Returns what comes behind it. */
static str write_title(const struct document *d, const struct markdown_heading *headings, size_t n, str html, struct buf *out) {
	const str end = STR("</h1>\n");
	ptrdiff_t at = n && says_title(d, headings) && str_starts(html, STR("<h1")) ? str_find(html, end) : -1;
	if (at >= 0) {
		buf_add(out, str_to(html, (size_t)at + end.n));
		return str_from(html, (size_t)at + end.n);
	}
	buf_lit(out, "<h1>");
	html_escape(out, d->title);
	buf_lit(out, "</h1>\n");
	return html;
}

static enum st write_article(struct ctx *c, struct render *r, struct document *d, struct buf *out) {
	struct markdown_options o = { .block = write_block, .data = r, .source_lines = true, .cache = pieces, .task_done = str_c(tr(c->lang, N_("done"))),
		.task_open = str_c(tr(c->lang, N_("to do"))) };
	const struct markdown_heading *headings = NULL;
	size_t n = 0;
	struct buf html = buf_in(c->a), placed = buf_in(c->a), marked = buf_in(c->a);
	enum st st = markdown_article(c->a, d->text, &o, &html, &headings, &n);
	if (st == ST_OK)
		st = r->st;
	if (st == ST_OK)
		st = image_place_all(c, d, buf_str(&html), &placed);
	if (st != ST_OK)
		return st;
	d->headings = list_headings(c, headings, n);
	tbd_mark_html(buf_str(&placed), d->tbd_rows, d->tbd_row_count, &marked);
	str rest = write_title(d, headings, n, buf_str(&marked), out);
	st = write_creed(c, d, out);
	buf_add(out, rest);
	return st;
}

enum st render_document(struct ctx *c, struct document *d) {
	struct render r = { .c = c, .subject = subject_of(c, d) };
	struct buf html = buf_in(c->a);
	const struct document_tbd *tbds;
	enum lang reader = c->lang;
	enum st st = collab_read(c, d->live_text, d->older ? d->text_version : INT64_MAX, &d->text, &d->text_version);
	c->lang = (enum lang)d->lang;
	if (st == ST_OK)
		st = report_begin(c, d);
	if (st == ST_OK)
		st = write_article(c, &r, d, &html);
	c->lang = reader;
	if (st != ST_OK)
		return st;
	d->html = buf_str(&html);
	size_t n = tbd_list(c->a, d->text, &tbds);
	d->tbds = (struct list){ (void *)(uintptr_t)tbds, n };
	return report_read(c, d);
}

enum st document_expand(struct ctx *c, const struct document *d, str text, struct buf *out) {
	struct render r = { .c = c, .subject = subject_of(c, d), .markdown = true };
	enum lang reader = c->lang;
	c->lang = (enum lang)d->lang;
	enum st st = markdown_expand(c->a, text, write_block, &r, out);
	c->lang = reader;
	return st == ST_OK ? r.st : st;
}

/* ---- generations ---- */

enum { COUNTERS = 4096, MOST_ABOUT = 8 };

static _Atomic uint32_t of_incident[COUNTERS], of_document[COUNTERS], of_names;
static _Atomic uint64_t events_seen; /* counted before the others */

static void count_topic(str topic) {
	int64_t id;
	str rest = topic, kind = str_cut(&rest, ':');
	if (!rest.p || !str_i64(rest, &id))
		return;
	if (str_is(kind, "incident"))
		of_incident[(uint64_t)id % COUNTERS]++;
	else if (str_is(kind, "document"))
		of_document[(uint64_t)id % COUNTERS]++;
}

static void on_event(void *data UNUSED, const struct event *e) {
	events_seen++;
	for (str rest = str_c(e->topics); rest.p;)
		count_topic(str_cut(&rest, ' '));
	/* Names stand in timelines, the creed at every head, labels beside causes. */
	static const char *const everywhere[] = { "person", "service", "creed", "factor", "template" };
	for (size_t i = 0; i < sizeof everywhere / sizeof *everywhere; i++)
		if (strcmp(e->noun, everywhere[i]) == 0)
			of_names++;
}

/* Sums of counters that only rise: they differ when any of them does. */
static uint64_t generation(int64_t document, const int64_t *incidents, size_t n) {
	uint64_t sum = of_names + (uint64_t)of_document[(uint64_t)document % COUNTERS];
	for (size_t i = 0; i < n; i++)
		sum += of_incident[(uint64_t)incidents[i] % COUNTERS];
	return sum;
}

/* ---- the cache ---- */

enum { BUCKETS = 1024, MOST_BYTES = 16 << 20 };

struct rendered {
	struct rendered *chain, *before, *after; /* under the lock */
	atomic_int users;
	int64_t document, text_version, version;
	bool edit, page;
	int64_t incidents[MOST_ABOUT];
	size_t incident_count;
	uint64_t generation;
	size_t json_n, html_n;
	char bytes[]; /* JSON, then for a page the HTML, which its JSON is without */
};

static struct {
	pthread_mutex_t lock;
	struct rendered *bucket[BUCKETS], *newest, *oldest;
	size_t bytes;
} cache = { .lock = PTHREAD_MUTEX_INITIALIZER };

static void let_go(struct rendered *r) {
	if (r && --r->users == 0)
		free(r);
}

static void take_out(struct rendered *r) {
	struct rendered **at = &cache.bucket[(uint64_t)r->document % BUCKETS];
	while (*at != r)
		at = &(*at)->chain;
	*at = r->chain;
	*(r->before ? &r->before->after : &cache.newest) = r->after;
	*(r->after ? &r->after->before : &cache.oldest) = r->before;
	cache.bytes -= sizeof *r + r->json_n + r->html_n;
	let_go(r);
}

static void put_in(struct rendered *r) {
	struct rendered **bucket = &cache.bucket[(uint64_t)r->document % BUCKETS];
	r->chain = *bucket;
	*bucket = r;
	r->before = NULL;
	r->after = cache.newest;
	*(cache.newest ? &cache.newest->before : &cache.oldest) = r;
	cache.newest = r;
	cache.bytes += sizeof *r + r->json_n + r->html_n;
}

static struct rendered *find(int64_t document, bool edit, bool page) {
	struct rendered *r = cache.bucket[(uint64_t)document % BUCKETS];
	while (r && (r->document != document || r->edit != edit || r->page != page))
		r = r->chain;
	return r;
}

static bool fresh(const struct rendered *r, const struct document *d) {
	return r->text_version == d->text_version && r->version == d->version && r->generation == generation(d->id, r->incidents, r->incident_count);
}

static struct rendered *look_up(const struct document *d, bool page) {
	pthread_mutex_lock(&cache.lock);
	struct rendered *r = find(d->id, d->can.edit, page);
	if (r && fresh(r, d))
		r->users++;
	else
		r = NULL;
	pthread_mutex_unlock(&cache.lock);
	return r;
}

static void store(struct rendered *r) {
	pthread_mutex_lock(&cache.lock);
	struct rendered *old = find(r->document, r->edit, r->page);
	if (old)
		take_out(old);
	put_in(r);
	while (cache.bytes > MOST_BYTES && cache.oldest)
		take_out(cache.oldest);
	pthread_mutex_unlock(&cache.lock);
}

static void clear(void) {
	pthread_mutex_lock(&cache.lock);
	while (cache.oldest)
		take_out(cache.oldest);
	pthread_mutex_unlock(&cache.lock);
}

enum st cache_start(struct engine *e) {
	clear();
	feed_listen(e->feed, on_event, NULL);
	return pieces ? ST_OK : markdown_cache_new(PIECES_BYTES, &pieces);
}

void cache_stop(struct engine *e UNUSED) {
	clear();
	markdown_cache_free(pieces);
	pieces = NULL;
}

/* ---- document.get ---- */

static void remember(const struct document *d, const int64_t *incidents, size_t n, uint64_t made_after, str json, str article) {
	struct rendered *r = n <= MOST_ABOUT ? malloc(sizeof *r + json.n + article.n) : NULL;
	if (!r)
		return;
	*r = (struct rendered){ .users = 1, .document = d->id, .text_version = d->text_version, .version = d->version, .edit = d->can.edit,
		.page = article.n > 0, .incident_count = n, .generation = made_after, .json_n = json.n, .html_n = article.n };
	if (n)
		memcpy(r->incidents, incidents, n * sizeof *incidents);
	memcpy(r->bytes, json.p, json.n);
	if (article.n)
		memcpy(r->bytes + json.n, article.p, article.n);
	store(r);
}

/* Whether every reader of the document sees the same. */
static bool same_for_all(const struct document *d, const struct linked *l, size_t n) {
	for (size_t i = 0; i < n; i++)
		if (l[i].scope && l[i].scope != d->scope)
			return false;
	return true;
}

static enum st read_incidents(struct ctx *c, struct document *d, struct linked **l, size_t *n) {
	enum st st = store_incidents(c, d->id, l, n);
	struct document_about *about = arena_array(c->a, *n, sizeof *about);
	d->incidents = (struct list){ about, 0 };
	for (size_t i = 0; i < *n; i++)
		if ((*l)[i].visible)
			about[d->incidents.n++] = (struct document_about){ (*l)[i].id, (*l)[i].title };
	return st;
}

static bool for_page(struct ctx *c) {
	return op_call(c) && op_call(c)->for_page;
}

/* A page has the article once, as markup: it is most of the bytes, and three times as long in JSON. */
static str take_article(struct ctx *c, struct document *d) {
	str article = for_page(c) ? d->html : STR_NONE;
	if (article.n) {
		op_call(c)->article = article;
		d->html = STR_NONE;
	}
	return article;
}

/* seen_before: events that had come when the row was read. If one came since, nobody knows whether it was about what was read already: not kept. */
static enum st reply_afresh(struct ctx *c, struct document *d, uint64_t seen_before, struct reply *out) {
	struct linked *l;
	size_t n;
	enum st st = read_incidents(c, d, &l, &n);
	int64_t *ids = arena_array(c->a, n, sizeof *ids);
	for (size_t i = 0; i < n; i++)
		ids[i] = l[i].id;
	uint64_t made_after = generation(d->id, ids, n);
	bool keep = same_for_all(d, l, n) && events_seen == seen_before;
	if (st == ST_OK)
		st = store_count_actions(c, d->id, &d->actions);
	if (st == ST_OK)
		st = render_document(c, d);
	if (st != ST_OK)
		return st;
	str article = take_article(c, d);
	reply_record(c, out, &document_shape, d, d->version);
	if (keep && buf_ok(&out->body))
		remember(d, ids, n, made_after, buf_str(&out->body), article);
	return ST_OK;
}

static void reply_rendered(struct ctx *c, const struct rendered *r, struct reply *out) {
	buf_clear(&out->body);
	buf_add(&out->body, str_n(r->bytes, r->json_n));
	out->version = r->version;
	if (r->html_n)
		op_call(c)->article = arena_str(c->a, str_n(r->bytes + r->json_n, r->html_n));
}

enum st document_reply(struct ctx *c, int64_t id, struct reply *out) {
	struct document d;
	uint64_t seen_before = events_seen;
	enum st st = store_document(c, id, &d);
	if (st != ST_OK)
		return st == ST_NOT_FOUND ? fail(c, st, "document.not_found", NULL, N_("There is no such document.")) : st;
	struct rendered *r = look_up(&d, for_page(c));
	if (!r)
		return reply_afresh(c, &d, seen_before, out);
	reply_rendered(c, r, out);
	let_go(r);
	return ST_OK;
}

enum st document_read(struct ctx *c, int64_t id, struct document *out) {
	struct linked *l;
	size_t n;
	enum st st = store_document(c, id, out);
	if (st == ST_NOT_FOUND)
		return fail(c, st, "document.not_found", NULL, N_("There is no such document."));
	return st == ST_OK ? read_incidents(c, out, &l, &n) : st;
}

static enum st read_text(struct ctx *c, int64_t id, int64_t at, str *text, int64_t *version) {
	int64_t live;
	enum st st = store_live_text(c, id, &live);
	if (st == ST_OK)
		st = collab_read(c, live, at, text, version);
	return st == ST_NOT_FOUND ? fail(c, st, "document.not_found", NULL, N_("There is no such document.")) : st;
}

enum st document_text(struct ctx *c, int64_t id, str *text, int64_t *version) {
	return read_text(c, id, INT64_MAX, text, version);
}

enum st document_text_at(struct ctx *c, int64_t id, int64_t version, str *text) {
	int64_t at;
	return read_text(c, id, version, text, &at);
}

enum st document_check_version(struct ctx *c, const struct document *d, int64_t version, const char *field) {
	if (version >= 0 && version <= d->text_version)
		return ST_OK;
	return fail(c, ST_NOT_FOUND, "document.no_version", field, N_("There is no version %lld of this text. The newest is %lld."), (long long)version, (long long)d->text_version);
}

enum st read_document_at(struct ctx *c, int64_t id, int64_t version, struct document *out) {
	enum st st = document_read(c, id, out);
	out->older = version != I64_NONE;
	if (st == ST_OK && out->older)
		st = document_check_version(c, out, version, "version");
	if (st == ST_OK && out->older)
		out->text_version = version;
	return st;
}

enum st document_reply_at(struct ctx *c, int64_t id, int64_t version, struct reply *out) {
	struct document d;
	enum st st = read_document_at(c, id, version, &d);
	if (st == ST_OK)
		st = store_count_actions(c, id, &d.actions);
	if (st == ST_OK)
		st = render_document(c, &d);
	if (st == ST_OK)
		reply_record(c, out, &document_shape, &d, 0);
	return st;
}
