#include "app/preload.h"

#include "base/testing.h"

static const char MANIFEST[] = "{\"src/main.ts\":{\"file\":\"m.js\",\"isEntry\":true,\"imports\":[\"_base.js\"]},\"_base.js\":{\"file\":\"base.js\",\"imports\":[\"_deep.js\"]},"
	"\"_deep.js\":{\"file\":\"deep.js\",\"imports\":[\"_base.js\"]},\"src/pages/Incident.svelte\":{\"file\":\"i.js\",\"imports\":[\"_base.js\",\"_gone.js\"],\"dynamicImports\":[\"src/later.ts\"]},"
	"\"src/later.ts\":{\"file\":\"later.js\"},\"src/pages/NotFound.svelte\":{\"file\":\"n.js\"},"
	"\"../virtual:locale/ko/main\":{\"file\":\"ko.js\"},\"../virtual:locale/ko/Incident\":{\"file\":\"ko-i.js\"}}";

static void assert_links(const char *page, enum lang lang, const char *want) {
	struct buf out = { 0 };
	preload_write(&out, page, lang);
	assert_str(buf_str(&out), want);
	buf_free(&out);
}

#define LINK(file) "<link rel=\"modulepreload\" href=\"/" file "\">"

TEST(app, a_page_names_the_scripts_it_needs) {
	str why;
	char room[160];
	json_t *manifest = json_parse(STR(MANIFEST), &why, room);
	assert_int_equal(preload_init(manifest), ST_OK);
	assert_int_equal(preload_init(manifest), ST_OK);
	assert_links("incident", LANG_EN, LINK("base.js") LINK("deep.js") LINK("i.js"));
	assert_links("incident", LANG_KO, LINK("ko.js") LINK("ko-i.js") LINK("base.js") LINK("deep.js") LINK("i.js"));
	assert_links("not_found", LANG_KO, LINK("ko.js") LINK("base.js") LINK("deep.js") LINK("n.js"));
	assert_links("not_found", LANG_EN, LINK("base.js") LINK("deep.js") LINK("n.js"));
	assert_links("failed", LANG_EN, LINK("base.js") LINK("deep.js"));
	json_decref(manifest);
	json_t *none = json_object();
	assert_int_equal(preload_init(none), ST_OK);
	assert_links("incident", LANG_KO, "");
	json_decref(none);
}
