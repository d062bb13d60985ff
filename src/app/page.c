#include "app/page.h"

#include "app/preload.h"
#include "base/embed.h"
#include "text/html.h"

enum { MOST_STYLES = 8 };

const struct page pages[] = {
	{ "GET /", "home", "home.get", false },
	{ "GET /incidents", "incidents", "incident.list", false, .unless = { "state", "open" } },
	{ "GET /incidents/{id}", "incident", "incident.get", false },
	{ "GET /documents", "documents", "document.list", false },
	{ "GET /documents/{id}", "document", "document.get", false },
	{ "GET /documents/{id}/edit", "editor", "document.get", false },
	{ "GET /documents/{id}/history", "history", "history.list", false },
	{ "GET /documents/{id}/review", "review", "review.get", false },
	{ "GET /documents/{id}/versions/{version}", "published", "publication.get", false },
	{ "GET /reviews", "reviews", "review.queue", false },
	{ "GET /actions", "actions", "action.list", false, .unless = { "state", "open" } },
	{ "GET /policy", "policy", "policy.get", false },
	{ "GET /search", "search", "search.find", false },
	{ "GET /settings", "settings", NULL, false },
	{ "GET /inbox", "inbox", "notice.list", false, .unless = { "view", "new" } },
	{ "GET /join", "join", NULL, true },
	{ "GET /offline", "offline", NULL, true },
	{ "GET /login", "login", NULL, true },
	{ "GET /setup", "setup", NULL, true },
	{ 0 },
};

static str entry_script;
static str styles[MOST_STYLES];
static size_t style_count;

static str keep_name(const json_t *v) {
	char *z = strdup(json_string_value(v));
	return str_c(z);
}

static enum st read_entry(const json_t *chunk) {
	size_t i;
	json_t *css;
	if (!json_is_true(json_object_get(chunk, "isEntry")))
		return ST_NOT_FOUND;
	entry_script = keep_name(json_object_get(chunk, "file"));
	json_array_foreach(json_object_get(chunk, "css"), i, css)
		if (style_count < MOST_STYLES)
			styles[style_count++] = keep_name(css);
	return ST_OK;
}

enum st page_init(void) {
	str why, text = embed_find(STR("web/dist/.vite/manifest.json"));
	char room[160];
	const char *key;
	json_t *chunk, *manifest = text.p ? json_parse(text, &why, room) : NULL;
	enum st st = ST_NOT_FOUND;
	json_object_foreach(manifest, key, chunk)
		if (st != ST_OK)
			st = read_entry(chunk);
	if (st == ST_OK)
		st = preload_init(manifest);
	json_decref(manifest);
	return st;
}

static void put_data(struct buf *out, struct ctx *c, const struct page *p, str data, str me, int64_t position, str nonce) {
	struct jw w;
	jw_init(&w, out);
	jw_obj(&w);
	jw_kstr(&w, "page", str_c(p->name));
	jw_key(&w, "data");
	jw_raw(&w, data.n ? data : STR("null"));
	jw_key(&w, "me");
	jw_raw(&w, me.n ? me : STR("null"));
	jw_ki64(&w, "position", position);
	jw_kstr(&w, "lang", str_c(lang_code(c->lang)));
	jw_kstr(&w, "nonce", nonce);
	jw_end(&w);
}

void page_write(struct ctx *c, struct buf *out, const struct page *p, str data, str me, str article, int64_t position, str nonce) {
	buf_printf(out, "<!doctype html>\n<html lang=\"%s\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">", lang_code(c->lang));
	buf_lit(out, "<title>bokgi</title><link rel=\"icon\" href=\"/favicon.svg\" type=\"image/svg+xml\">");
	for (size_t i = 0; i < style_count; i++)
		buf_printf(out, "<link rel=\"stylesheet\" href=\"/%.*s\">", STR_FMT(styles[i]));
	buf_printf(out, "<script type=\"module\" src=\"/%.*s\"></script>", STR_FMT(entry_script));
	preload_write(out, p->name, c->lang);
	buf_lit(out, "</head><body><div id=\"app\">");
	if (article.n) {
		buf_lit(out, "<main id=\"main\"><article class=\"doc\">");
		buf_add(out, article); /* large: not through printf */
		buf_lit(out, "</article></main>");
	}
	buf_lit(out, "</div><noscript><p>");
	html_escape(out, str_c(tr(c->lang, N_("This page needs JavaScript to be used; documents can be read without it."))));
	buf_lit(out, "</p></noscript><script type=\"application/json\" id=\"page\">");
	put_data(out, c, p, data, me, position, nonce);
	buf_lit(out, "</script></body></html>\n");
}

const struct embedded *page_asset(const str *segments, size_t n) {
	char name[300];
	int len = 0;
	bool asset = n >= 2 && str_is(segments[0], "assets");
	if (!asset && !(n == 1 && (str_is(segments[0], "favicon.svg") || str_is(segments[0], "robots.txt"))))
		return NULL;
	len = snprintf(name, sizeof name, "web/dist");
	for (size_t i = 0; i < n && len < 250; i++)
		len += snprintf(name + len, sizeof name - (size_t)len, "/%.*s", (int)(segments[i].n > 100 ? 100 : segments[i].n), segments[i].p);
	const struct embedded *e = embed_under(str_n(name, (size_t)len), 0);
	return e && strcmp(e->name, name) == 0 ? e : NULL;
}

const char *page_asset_type(str name) {
	static const struct { const char *tail, *type; } types[] = {
		{ ".js", "text/javascript; charset=utf-8" }, { ".css", "text/css; charset=utf-8" }, { ".svg", "image/svg+xml" }, { ".woff2", "font/woff2" },
		{ ".json", "application/json" }, { ".txt", "text/plain; charset=utf-8" }, { ".png", "image/png" },
	};
	for (size_t i = 0; i < sizeof types / sizeof *types; i++)
		if (str_ends(name, str_c(types[i].tail)))
			return types[i].type;
	return "application/octet-stream";
}
