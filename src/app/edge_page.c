/* Pages: me.get, then the page's operation, then the shell around both. */
#include "app/page.h"
#include "app/visit.h"
#include "core/repeat.h"

/* Kept beside the reply of me.get, under a key of its own. Its nonce is kept with it, until the next commit: it lets styles in, no scripts, and only whoever gets the page has it. */
static bool send_finished_page(struct visit *v, const struct headers *h, const struct buf *html) {
	struct op_task *t = &v->task;
	struct http_finished *f = http_finish(200, h->item, h->n, buf_str(html), http_takes_gzip(v->r));
	if (!f)
		return false;
	struct op_task *me = arena_alloc(t->c.a, sizeof *me);
	*me = *t;
	me->call.op = op_find(STR("me.get"));
	me->call.fingerprint = v->page_key;
	me->form = visit_form(v, me->call.op);
	me->repeated = true;
	me->repeated_at = v->page_at;
	me->reply.body = *html;
	t->finished = http_finished_shared(f);
	repeat_finish(t->e->repeats, me, t->finished);
	v->next = NEXT_FINISHED;
	return true;
}

static void send_shell(struct visit *v, int status, const struct page *p) {
	struct op_task *t = &v->task;
	struct headers h = { 0 };
	struct buf html = { 0 };
	v->nonce = visit_new_id(t->c.a);
	page_write(&t->c, &html, p, buf_str(&t->reply.body), v->me, t->call.article, t->position, v->nonce);
	headers_add(&h, "Content-Type", STR("text/html; charset=utf-8"));
	headers_add(&h, "Cache-Control", STR("no-store"));
	headers_add(&h, "Content-Language", str_c(lang_code(t->c.lang)));
	visit_add_security(&h, v);
	buf_free(&t->reply.body);
	if (status == 200 && v->page_repeats && send_finished_page(v, &h, &html))
		buf_free(&html);
	else
		visit_answer(v, status, &h, &html);
}

static void send_redirect(struct visit *v, str to) {
	struct headers h = { 0 };
	struct buf none = { 0 };
	headers_add(&h, "Location", to);
	headers_add(&h, "Cache-Control", STR("no-store"));
	visit_add_security(&h, v);
	buf_free(&v->task.reply.body);
	visit_answer(v, 303, &h, &none);
}

static const struct page page_not_found = { "", "not_found", NULL, true };
static const struct page page_failed = { "", "failed", NULL, true };

static void page_data_there(struct visit *v) {
	struct op_task *t = &v->task;
	if (t->st == ST_OK) {
		send_shell(v, 200, v->match.route->page);
		return;
	}
	buf_clear(&t->reply.body);
	t->call.article = STR_NONE;
	int status = problem_status(t->st);
	visit_number(&t->c);
	problem_write(&t->c, &t->c.err, &t->reply.body);
	send_shell(v, status, status == 404 ? &page_not_found : &page_failed);
}

static void page_data_done(struct op_task *t) {
	visit_done(t->data, page_data_there);
}

static bool has_pair(const struct visit *v, const char *name) {
	for (size_t i = 0; i < v->pair_count; i++)
		if (str_is(v->pairs[i].name, name))
			return true;
	return false;
}

/* The address of a page also says how it is looked at: which part is open, which view. That is the browser's matter, not the operation's. */
static void drop_pairs_of_the_view(struct visit *v, const struct op *op) {
	size_t kept = 0;
	for (size_t i = 0; i < v->pair_count; i++)
		if (op->in && shape_field(op->in, v->pairs[i].name) >= 0)
			v->pairs[kept++] = v->pairs[i];
	v->pair_count = kept;
}

static enum st read_page_query(struct visit *v, const struct page *p) {
	enum st st = http_form_each(v->task.c.a, v->head->query, v, visit_keep_pair);
	if (st == ST_OK && v->task.call.op)
		drop_pairs_of_the_view(v, v->task.call.op);
	if (st == ST_OK && p->unless[0] && !has_pair(v, p->unless[0]))
		st = visit_keep_pair(v, str_c(p->unless[0]), str_c(p->unless[1]));
	return st;
}

static void run_page_operation(struct visit *v) {
	struct op_task *t = &v->task;
	const struct page *p = v->match.route->page;
	t->call.op = p->operation ? op_find(str_c(p->operation)) : NULL;
	t->call.for_page = true;
	t->form = 0;
	t->done = page_data_done;
	buf_clear(&t->reply.body);
	t->c.err = (struct err){ 0 };
	t->st = read_page_query(v, p);
	if (t->st == ST_OK && !t->call.op) {
		page_data_there(v);
		return;
	}
	t->call.fingerprint = ARENA_JOIN(t->c.a, v->head->path, STR("?"), v->head->query);
	if (t->st == ST_OK)
		t->st = op_read_input(&t->c, t->call.op, v->match.path, v->match.path_n, v->pairs, v->pair_count, STR_NONE, &t->in);
	if (t->st != ST_OK)
		page_data_there(v);
	else
		v->next = NEXT_RUN;
}

static str path_to_come_back(struct visit *v) {
	struct buf b = buf_in(v->task.c.a);
	buf_lit(&b, "/login?next=");
	str s = v->head->path;
	for (size_t i = 0; i < s.n; i++)
		buf_printf(&b, (s.p[i] >= '0' && s.p[i] <= '9') || (s.p[i] >= 'a' && s.p[i] <= 'z') || s.p[i] == '/' ? "%c" : "%%%02X", (unsigned char)s.p[i]);
	return buf_str(&b);
}

static void me_there(struct visit *v) {
	struct op_task *t = &v->task;
	const struct page *p = v->match.route->page;
	if (t->finished) {
		v->next = NEXT_FINISHED;
		return;
	}
	v->me = arena_str(t->c.a, buf_str(&t->reply.body));
	v->page_repeats = t->repeated;
	v->page_at = t->repeated_at;
	if (t->st == ST_OK && t->who.kind == ACTOR_NOBODY && !p->open)
		send_redirect(v, path_to_come_back(v));
	else if (t->st != ST_OK)
		page_data_there(v);
	else
		run_page_operation(v);
}

static void me_done(struct op_task *t) {
	visit_done(t->data, me_there);
}

void visit_page(struct visit *v) {
	struct op_task *t = &v->task;
	t->call.op = op_find(STR("me.get"));
	t->form = visit_form(v, t->call.op);
	v->page_key = t->call.fingerprint = ARENA_JOIN(t->c.a, STR("page "), v->head->path, STR("?"), v->head->query);
	t->done = me_done;
	enum st st = op_read_input(&t->c, t->call.op, NULL, 0, NULL, 0, STR_NONE, &t->in);
	if (st == ST_OK)
		v->next = NEXT_RUN;
	else
		visit_problem(v, &t->c, &t->c.err);
}

void visit_page_not_found(struct visit *v) {
	struct ctx *c = &v->task.c;
	visit_number(c);
	problem_write(c, &c->err, &v->task.reply.body);
	send_shell(v, 404, &page_not_found);
}
