/* The body of every operation there is: first line the operation's name (or a number that chooses one), then JSON. What was accepted is written again and read again. */
#include "fuzz.h"

#include "base/json.h"
#include "core/op.h"

static const struct op *choose(str name) {
	const struct op *op = op_find(name);
	size_t n = 0, which = 0;
	while (op_at(n))
		n++;
	for (size_t i = 0; i < name.n; i++)
		which = which * 31 + (unsigned char)name.p[i];
	return op ? op : op_at(which % n);
}

/* Bytes that are JSON stay the same value when they are written into a reply. */
static void write_again(str json) {
	struct jw w;
	struct buf out = { 0 };
	char room[160];
	str why;
	json_t *before = json_parse(json, &why, room);
	if (!before) {
		EXPECT(why.n > 0);
		return;
	}
	jw_init(&w, &out);
	jw_raw(&w, json);
	if (jw_ok(&w)) {
		json_t *after = json_parse(buf_str(&out), &why, room);
		EXPECT(after && json_equal(before, after));
		EXPECT(str_chr(buf_str(&out), '<') < 0);
		json_decref(after);
	}
	json_decref(before);
	buf_free(&out);
}

static void look(struct arena *a, str input) {
	str name = str_cut(&input, '\n');
	const struct op *op = choose(name);
	struct call call = { .op = op };
	struct ctx c = { .a = a, .who = &actor_nobody, .zone = zone_utc(), .call = &call };
	void *in;
	static const str path[] = { { "7", 1 }, { "8", 1 }, { "9", 1 } };
	size_t members = 0;
	for (const char *p = op->route; (p = strchr(p, '{')); p++)
		members++;
	enum st st = op_read_input(&c, op, path, members, NULL, 0, op->body == BODY_JSON ? input : STR_NONE, &in);
	EXPECT(st == ST_OK || (c.err.code && c.err.message.n));
	write_again(input);
}

FUZZ(look)
