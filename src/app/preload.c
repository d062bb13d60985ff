#include "app/preload.h"

#include <stdio.h>

#include "app/page.h"

enum { MOST_PAGES = 64 };

/* Links live as long as the process. */
static struct {
	const char *page;
	struct buf links, words[LANG_COUNT];
} known[MOST_PAGES];
static size_t known_count;
static struct buf everywhere, of_language[LANG_COUNT];

static const json_t *chunk_of(const json_t *manifest, const char *key) {
	return json_object_get(manifest, key);
}

/* False: it stands there already. */
static bool add_file(struct buf *out, const json_t *chunk) {
	str file = json_str(json_object_get(chunk, "file"));
	if (str_find(buf_str(out), file) >= 0)
		return false;
	buf_lit(out, "<link rel=\"modulepreload\" href=\"/");
	buf_add(out, file);
	buf_lit(out, "\">");
	return buf_ok(out);
}

/* With what it imports, and what that imports. */
static void add_chunk(struct buf *out, const json_t *manifest, const json_t *chunk) {
	size_t i;
	const json_t *import;
	if (chunk && add_file(out, chunk))
		json_array_foreach(json_object_get(chunk, "imports"), i, import)
			add_chunk(out, manifest, chunk_of(manifest, json_string_value(import)));
}

/* The words that a part of the program needs, in each language that has a catalogue: web/build/locale.ts. */
static void add_words(struct buf out[LANG_COUNT], const json_t *manifest, const char *part) {
	const char *key;
	json_t *chunk;
	json_object_foreach((json_t *)(uintptr_t)manifest, key, chunk)
		for (int lang = 0; lang < LANG_COUNT; lang++) {
			char tail[120];
			snprintf(tail, sizeof tail, "virtual:locale/%s/%s", lang_code((enum lang)lang), part);
			if (str_ends(str_c(key), str_c(tail)))
				add_file(&out[lang], chunk);
		}
}

/* "not_found" is pages/NotFound.svelte, the part NotFound. */
static void part_of_page(char part[80], const char *name) {
	size_t n = 0;
	bool upper = true;
	for (; *name && n < 79; name++) {
		if (*name != '_')
			part[n++] = upper && *name >= 'a' && *name <= 'z' ? (char)(*name - 32) : *name;
		upper = *name == '_';
	}
	part[n] = 0;
}

static void add_page(const json_t *manifest, const char *name) {
	char part[80], key[120];
	part_of_page(part, name);
	snprintf(key, sizeof key, "src/pages/%s.svelte", part);
	const json_t *chunk = chunk_of(manifest, key);
	for (size_t i = 0; i < known_count; i++)
		if (strcmp(known[i].page, name) == 0)
			return;
	if (!chunk || known_count == MOST_PAGES)
		return;
	known[known_count].page = name;
	add_words(known[known_count].words, manifest, part);
	buf_add(&known[known_count].links, buf_str(&everywhere));
	add_chunk(&known[known_count++].links, manifest, chunk);
}

static void forget_all(void) {
	for (; known_count; known_count--) {
		buf_free(&known[known_count - 1].links);
		for (int lang = 0; lang < LANG_COUNT; lang++)
			buf_free(&known[known_count - 1].words[lang]);
	}
	buf_free(&everywhere);
	for (int lang = 0; lang < LANG_COUNT; lang++)
		buf_free(&of_language[lang]);
}

enum st preload_init(const json_t *manifest) {
	size_t i;
	const char *key;
	json_t *chunk;
	const json_t *import;
	forget_all();
	json_object_foreach((json_t *)(uintptr_t)manifest, key, chunk)
		if (json_is_true(json_object_get(chunk, "isEntry")))
			json_array_foreach(json_object_get(chunk, "imports"), i, import)
				add_chunk(&everywhere, manifest, chunk_of(manifest, json_string_value(import)));
	for (const struct page *p = pages; p->route; p++)
		add_page(manifest, p->name);
	add_page(manifest, "not_found");
	add_words(of_language, manifest, "main");
	bool ok = buf_ok(&everywhere);
	for (i = 0; i < known_count; i++)
		ok = ok && buf_ok(&known[i].links);
	return ok ? ST_OK : ST_NO_MEMORY;
}

void preload_write(struct buf *out, const char *page, enum lang lang) {
	const struct buf *links = &everywhere, *words = NULL;
	for (size_t i = 0; i < known_count; i++)
		if (strcmp(known[i].page, page) == 0) {
			links = &known[i].links;
			words = &known[i].words[lang];
		}
	buf_add(out, buf_str(&of_language[lang]));
	if (words)
		buf_add(out, buf_str(words));
	buf_add(out, buf_str(links));
}
