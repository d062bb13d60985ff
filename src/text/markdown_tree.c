/* From a text to cmark's tree, in bounded memory and time; and what a node is. */
#include "text/markdown_private.h"

#include <cmark-gfm-core-extensions.h>
#include <cmark-gfm/syntax_extension.h>
#include <pthread.h>
#include <time.h>

enum {
	LONGEST_TEXT = 8 << 20,
	TREE_PER_BYTE = 200, /* a tree: ordinary text takes about 30 */
	TREE_AT_LEAST = 8 << 20,
	TREE_AT_MOST = 256 << 20,
};

/* --- the parser's memory: an arena, so that running out of it is survived and nothing is freed piece by piece --- */

static _Thread_local struct arena *tree_arena;
static _Thread_local int64_t deadline;
static _Thread_local unsigned allocations;

struct piece {
	_Alignas(max_align_t) size_t n;
};

int64_t md_thread_us(void) {
	struct timespec t;
	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
	return t.tv_sec * INT64_C(1000000) + t.tv_nsec / 1000;
}

static void *tree_calloc(size_t n, size_t size) {
	size_t bytes;
	if (__builtin_mul_overflow(n, size, &bytes) || __builtin_add_overflow(bytes, sizeof(struct piece), &bytes))
		arena_exhausted(tree_arena);
	if (++allocations % 1024 == 0 && deadline && md_thread_us() > deadline)
		arena_exhausted(tree_arena);
	struct piece *p = arena_alloc(tree_arena, bytes);
	p->n = bytes - sizeof *p;
	return p + 1;
}

static void *tree_realloc(void *old, size_t n) {
	size_t had = old ? ((struct piece *)old)[-1].n : 0;
	if (old && n <= had)
		return old;
	void *p = tree_calloc(n, 1);
	return had ? memcpy(p, old, had) : p;
}

static void tree_free(void *p UNUSED) {
}

static cmark_mem tree_memory = { tree_calloc, tree_realloc, tree_free };

/* Each thread keeps one tree's memory: fresh pages from the system cost as much as the parsing. A live block is rendered while the tree around it is still there. */
static _Thread_local struct arena *spare;
static pthread_key_t spare_key;

static void free_spare(void *a) {
	arena_free(a);
}

static struct arena *take_tree(size_t limit) {
	struct arena *a = spare;
	if (!a)
		return arena_new(limit);
	spare = NULL;
	pthread_setspecific(spare_key, NULL);
	arena_limit(a, limit);
	return a;
}

static void give_tree(struct arena *a) {
	arena_reset(a);
	if (spare || pthread_setspecific(spare_key, a)) {
		arena_free(a);
		return;
	}
	spare = a;
}

/* --- the extensions --- */

static struct {
	cmark_syntax_extension *table, *strikethrough, *autolink, *tasklist;
} extension;

/* The parser marks the characters an extension wants in a table shared by all threads, and takes the marks away at the end of each text. Autolink's are marked once and
 * for all here, and its list, which is for nothing else, is emptied. Strikethrough needs its list; so texts with a '~' are parsed one at a time, under this lock. */
static pthread_mutex_t tilde = PTHREAD_MUTEX_INITIALIZER;

static void show_sample(void) {
	static const char sample[] = "|~~a~~|\n|-|\n|b|\n";
	cmark_parser *p = cmark_parser_new(CMARK_OPT_DEFAULT);
	cmark_parser_attach_syntax_extension(p, extension.table);
	cmark_parser_attach_syntax_extension(p, extension.strikethrough);
	cmark_parser_feed(p, sample, sizeof sample - 1);
	cmark_node *root = cmark_parser_finish(p);
	md_learn_extensions(root);
	cmark_node_free(root);
	cmark_parser_free(p);
}

static void begin_once(void) {
	cmark_gfm_core_extensions_ensure_registered();
	extension.table = cmark_find_syntax_extension("table");
	extension.strikethrough = cmark_find_syntax_extension("strikethrough");
	extension.autolink = cmark_find_syntax_extension("autolink");
	extension.tasklist = cmark_find_syntax_extension("tasklist");
	cmark_parser *p = cmark_parser_new(CMARK_OPT_DEFAULT);
	cmark_parser_attach_syntax_extension(p, extension.autolink);
	cmark_manage_extensions_special_characters(p, 1);
	cmark_parser_free(p);
	cmark_llist_free(cmark_get_default_mem_allocator(), extension.autolink->special_inline_chars);
	cmark_syntax_extension_set_special_inline_chars(extension.autolink, NULL);
	show_sample();
	pthread_key_create(&spare_key, free_spare);
}

/* --- parsing --- */

static cmark_node *parse(struct md *d, bool tables, bool tildes) {
	cmark_parser *p = cmark_parser_new_with_mem(CMARK_OPT_VALIDATE_UTF8, &tree_memory);
	if (tables && md_tables_are_cheap(d->text))
		cmark_parser_attach_syntax_extension(p, extension.table);
	if (md_addresses_are_few(md_addresses(d->text)))
		cmark_parser_attach_syntax_extension(p, extension.autolink);
	if (tildes)
		cmark_parser_attach_syntax_extension(p, extension.strikethrough);
	cmark_parser_attach_syntax_extension(p, extension.tasklist);
	cmark_parser_feed(p, d->text.n ? d->text.p : "", d->text.n);
	return cmark_parser_finish(p);
}

static bool parse_guarded(struct md *d, bool tables) {
	const bool tildes = !d->use && str_chr(d->text, '~') >= 0; /* who looks at a tree wants the text as it was written, "~14:00" too */
	struct arena_guard g;
	if (tildes)
		pthread_mutex_lock(&tilde);
	if (arena_guard(d->tree, &g) == 0)
		d->root = parse(d, tables, tildes);
	arena_guard_pop(d->tree);
	if (tildes)
		pthread_mutex_unlock(&tilde);
	if (!d->root)
		arena_reset(d->tree);
	return d->root != NULL;
}

/* With tables; when these take too much, without; else not at all. */
static bool parse_in_bounds(struct md *d) {
	int64_t around = deadline;
	deadline = d->until ? d->until : md_thread_us() + MD_PARSE_MS * 1000;
	bool parsed = d->text.n <= LONGEST_TEXT && (parse_guarded(d, true) || (!d->in_bounds_only && parse_guarded(d, false)));
	deadline = around;
	return parsed;
}

/* Looking at a tree takes memory too. */
static bool use_guarded(struct md *d, void (*use)(struct md *d)) {
	struct arena_guard g;
	volatile bool used = false;
	if (arena_guard(d->tree, &g) == 0) {
		use(d);
		used = true;
	}
	arena_guard_pop(d->tree);
	return used;
}

static void close_document(struct md *d) {
	tree_arena = d->outer_tree;
	give_tree(d->tree);
	buf_free(&d->scratch);
}

static void use_without_tree(struct md *d, size_t out_before, void (*use)(struct md *d)) {
	d->root = NULL;
	d->heading = d->heading_count = 0;
	if (d->out)
		d->out->n = out_before;
	use(d);
}

/* Parse, use, forget the tree; also when the arena of the caller is exhausted in between. */
enum st md_with_tree(struct md *d, void (*use)(struct md *d)) {
	static pthread_once_t once = PTHREAD_ONCE_INIT;
	pthread_once(&once, begin_once);
	size_t limit = TREE_AT_LEAST + d->text.n * TREE_PER_BYTE, out_before = d->out ? d->out->n : 0;
	d->tree = take_tree(limit < TREE_AT_MOST ? limit : TREE_AT_MOST);
	if (!d->tree)
		return ST_NO_MEMORY;
	d->outer_tree = tree_arena;
	tree_arena = d->tree;
	struct arena_guard g;
	if (arena_guard(d->a, &g)) {
		arena_guard_pop(d->a);
		close_document(d);
		arena_exhausted(d->a);
	}
	if ((!parse_in_bounds(d) || !use_guarded(d, use)) && !d->in_bounds_only)
		use_without_tree(d, out_before, use);
	arena_guard_pop(d->a);
	close_document(d);
	return d->out && !buf_ok(d->out) ? ST_NO_MEMORY : ST_OK;
}

/* --- what nodes are --- */

bool md_is(cmark_node *n, const char *type) {
	return strcmp(cmark_node_get_type_string(n), type) == 0;
}

str md_literal(cmark_node *n) {
	return str_c(cmark_node_get_literal(n));
}

bool md_comment(str html) {
	html = str_trim(html);
	return str_starts(html, STR("<!--")) && str_find(str_from(html, 4), STR("-->")) == (ptrdiff_t)html.n - 7;
}

bool md_live(cmark_node *n, str *name, str *args) {
	if (cmark_node_get_type(n) != CMARK_NODE_CODE_BLOCK)
		return false;
	str info = str_c(cmark_node_get_fence_info(n));
	if (!str_eq(str_cut(&info, ' '), STR("bokgi")))
		return false;
	info = str_trim(info);
	*name = str_cut(&info, ' ');
	*args = str_trim(info);
	return name->n > 0;
}

bool md_in_tight_list(cmark_node *paragraph) {
	cmark_node *item = cmark_node_parent(paragraph), *list = item ? cmark_node_parent(item) : NULL;
	return list && cmark_node_get_type(list) == CMARK_NODE_LIST && cmark_node_get_list_tight(list);
}
