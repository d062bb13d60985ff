/* Postmortems of anybody: any bytes are read, in time, and come out as JSON. */
#include <stdint.h>
#include <stdlib.h>

#include "feature/intake/intake.h"
#include "text/utf8.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n) {
	struct arena *a = arena_new(0);
	struct arena_guard g;
	struct buf b = { 0 };
	struct lifted l;
	struct jw w;
	if (!a || arena_guard(a, &g)) {
		arena_free(a);
		return 0;
	}
	if (intake_parse(a, STR("2024-01-02-x.md"), str_n((const char *)data, n), n % 2 ? LANG_KO : LANG_EN, &l) == ST_OK) {
		jw_init(&w, &b);
		intake_json(&w, STR("x"), STR("x.md"), &l);
		if (!jw_ok(&w) || !utf8_valid(buf_str(&b)))
			abort();
	}
	arena_guard_pop(a);
	buf_free(&b);
	arena_free(a);
	return 0;
}
