/* Answers questions about change sets, one JSON object a line on stdin, one a line on stdout: the C side of agree.mjs, which asks @codemirror/state the same.
 *   {"doc":text,"a":set,"b":set,"c":set,"pos":[…],"of":[from,to,text]}   a and b are made from doc, c from what a makes of it
 *   {"pending":[sets],"log":[sets],"own":[booleans]}                     the server's rebase
 * With an argument (before, assoc, compose, apply, rebase) it answers that part wrongly, to show that the comparison would see it. */
#include <stdio.h>
#include <stdlib.h>

#include "text/text.h"
#include "text/utf8.h"

struct question {
	struct arena *a;
	json_t *in;
	struct jw w;
	struct buf out;
	const char *plant;
};

static bool planted(const struct question *q, const char *what) {
	return q->plant && strcmp(q->plant, what) == 0;
}

static const struct changeset *read_set(struct question *q, const json_t *v) {
	const struct changeset *c;
	if (changeset_from_json(q->a, v, &c) == ST_OK)
		return c;
	fputs("changeset_oracle: not a change set\n", stderr);
	exit(2);
}

static const struct changeset *set(struct question *q, const char *name) {
	return read_set(q, json_object_get(q->in, name));
}

static void write_set(struct question *q, const struct changeset *c) {
	struct buf b = { 0 };
	changeset_to_json(c, &b);
	jw_raw(&q->w, buf_str(&b));
	buf_free(&b);
}

static void answer_apply(struct question *q) {
	struct text *t = text_new(json_str(json_object_get(q->in, "doc")));
	enum st st = text_apply(t, planted(q, "apply") ? changeset_replace(q->a, text_length(t), 0, 0, STR("x")) : set(q, "a"));
	jw_kstr(&q->w, "st", str_c(st_name(st)));
	jw_kstr(&q->w, "text", text_slice(t, q->a, 0, text_length(t)));
	jw_ki64(&q->w, "length", text_length(t));
	jw_ki64(&q->w, "hash", text_hash(t));
	text_free(t);
}

static void answer_positions(struct question *q) {
	const struct changeset *a = set(q, "a");
	size_t i;
	json_t *pos;
	jw_karr(&q->w, "pos");
	json_array_foreach(json_object_get(q->in, "pos"), i, pos) {
		for (int assoc = -1; assoc <= 1; assoc++) {
			bool deleted;
			jw_i64(&q->w, changeset_map_pos(a, json_integer_value(pos), planted(q, "assoc") ? -assoc : assoc));
			int64_t tracked = changeset_map_pos_tracked(a, json_integer_value(pos), assoc, &deleted);
			if (deleted)
				jw_null(&q->w);
			else
				jw_i64(&q->w, tracked);
		}
	}
	jw_end(&q->w);
}

static void answer_sets(struct question *q) {
	const struct changeset *a = set(q, "a"), *b = set(q, "b"), *c = set(q, "c");
	const json_t *of = json_object_get(q->in, "of");
	bool flip = planted(q, "before");
	jw_key(&q->w, "json"), write_set(q, changeset_copy(q->a, a));
	jw_ki64(&q->w, "old", changeset_old_length(a));
	jw_ki64(&q->w, "new", changeset_new_length(a));
	jw_kbool(&q->w, "empty", changeset_is_empty(a));
	jw_key(&q->w, "compose"), write_set(q, planted(q, "compose") ? c : changeset_compose(q->a, a, c));
	jw_key(&q->w, "after"), write_set(q, changeset_map(q->a, a, b, flip));
	jw_key(&q->w, "before"), write_set(q, changeset_map(q->a, a, b, !flip));
	jw_key(&q->w, "of"), write_set(q, changeset_replace(q->a, changeset_old_length(a), json_integer_value(json_array_get(of, 0)),
		json_integer_value(json_array_get(of, 1)), json_str(json_array_get(of, 2))));
}

static size_t read_sets(struct question *q, const char *name, const struct changeset ***out) {
	const json_t *list = json_object_get(q->in, name);
	size_t n = json_array_size(list);
	*out = arena_array(q->a, n, sizeof **out);
	for (size_t i = 0; i < n; i++)
		(*out)[i] = read_set(q, json_array_get(list, i));
	return n;
}

static void answer_rebase(struct question *q) {
	const struct changeset **pending, **log;
	size_t n = read_sets(q, "pending", &pending), m = read_sets(q, "log", &log), out_n = 0;
	const struct changeset **out = arena_array(q->a, n, sizeof *out);
	bool *own = arena_array(q->a, m, sizeof *own);
	for (size_t i = 0; i < m; i++)
		own[i] = json_is_true(json_array_get(json_object_get(q->in, "own"), i));
	enum st st = changeset_rebase(q->a, pending, n, log, own, planted(q, "rebase") && m ? m - 1 : m, out, &out_n);
	jw_kstr(&q->w, "st", str_c(st_name(st)));
	jw_karr(&q->w, "rebased");
	for (size_t i = 0; i < out_n; i++)
		write_set(q, out[i]);
	jw_end(&q->w);
}

static void answer(struct question *q, str line) {
	char room[160];
	str why;
	q->in = json_parse(line, &why, room);
	if (!q->in) {
		fprintf(stderr, "changeset_oracle: %.*s\n", STR_FMT(why));
		exit(2);
	}
	jw_init(&q->w, &q->out);
	jw_obj(&q->w);
	if (json_object_get(q->in, "log")) {
		answer_rebase(q);
	} else {
		answer_sets(q);
		answer_positions(q);
		answer_apply(q);
	}
	jw_end(&q->w);
	buf_addc(&q->out, '\n');
	fwrite(q->out.p, 1, q->out.n, stdout);
	fflush(stdout); /* the asker waits */
	json_decref(q->in);
	buf_clear(&q->out);
	arena_reset(q->a);
}

int main(int argc, char **argv) {
	struct question q = { .a = arena_new(0), .plant = argc > 1 ? argv[1] : NULL };
	char *line = NULL;
	size_t size = 0;
	for (ssize_t n; (n = getline(&line, &size, stdin)) > 0;)
		answer(&q, (str){ line, (size_t)n });
	free(line);
	buf_free(&q.out);
	arena_free(q.a);
	return fflush(stdout) != 0;
}
