/* What is neither operation nor page: health, figures, the description of the API, and the files of the pages. */
#include "app/metrics.h"
#include "app/page.h"
#include "app/visit.h"

static void send_text(struct visit *v, int status, const char *type, struct buf *body) {
	struct headers h = { 0 };
	headers_add(&h, "Content-Type", str_c(type));
	headers_add(&h, "Cache-Control", STR("no-store"));
	visit_add_security(&h, v);
	visit_answer(v, status, &h, body);
}

static void livez(struct visit *v) {
	struct buf b = { 0 };
	buf_lit(&b, "ok\n");
	send_text(v, 200, "text/plain; charset=utf-8", &b);
}

static void readyz(struct visit *v) {
	struct buf b = { 0 };
	const char *trouble = v->edge->draining ? "draining" : writer_trouble(v->edge->config.engine->writer);
	buf_printf(&b, "%s\n", trouble ? trouble : "ok");
	send_text(v, trouble ? 503 : 200, "text/plain; charset=utf-8", &b);
}

static void send_metrics(struct visit *v) {
	struct buf b = { 0 };
	metrics_write(v->edge->config.engine, v->edge->config.hub, &b);
	send_text(v, 200, "text/plain; version=0.0.4; charset=utf-8", &b);
}

static void send_openapi(struct visit *v) {
	struct buf b = { 0 };
	openapi_write(&b, STR("/"));
	send_text(v, 200, "application/json", &b);
}

static const struct {
	const char *path[3];
	size_t n;
	void (*send)(struct visit *v);
} plain[] = {
	{ { "livez" }, 1, livez },
	{ { "readyz" }, 1, readyz },
	{ { "healthz" }, 1, readyz },
	{ { "metrics" }, 1, send_metrics },
	{ { "api", "v1", "openapi.json" }, 3, send_openapi },
};

bool visit_plain(struct visit *v) {
	for (size_t i = 0; i < sizeof plain / sizeof *plain; i++) {
		bool same = v->head->segment_count == plain[i].n && str_is(v->head->method, "GET");
		for (size_t k = 0; same && k < plain[i].n; k++)
			same = str_is(v->head->segments[k], plain[i].path[k]);
		if (same) {
			plain[i].send(v);
			return true;
		}
	}
	return false;
}

static struct asset *find_asset(struct edge *e, const struct embedded *file) {
	for (size_t i = 0; i < e->asset_count; i++)
		if (e->assets[i].file == file)
			return &e->assets[i];
	if (e->asset_count == MOST_ASSETS)
		return NULL;
	e->assets[e->asset_count].file = file;
	return &e->assets[e->asset_count++];
}

/* Compressed once, not for each browser. NULL: to be sent as it is. */
static struct shared *finished_asset(struct visit *v, const struct embedded *file, const struct headers *h) {
	struct edge *e = v->edge;
	pthread_mutex_lock(&e->assets_lock);
	struct asset *a = find_asset(e, file);
	struct http_finished **form = a ? &a->forms[v->head->tls] : NULL;
	if (form && !*form)
		*form = http_finish(200, h->item, h->n, str_n(file->begin, (size_t)(file->end - file->begin)), true);
	struct shared *s = form ? http_finished_shared(*form) : NULL;
	shared_hold(s);
	pthread_mutex_unlock(&e->assets_lock);
	return s;
}

bool visit_asset(struct visit *v) {
	const struct embedded *e = str_is(v->head->method, "GET") ? page_asset(v->head->segments, v->head->segment_count) : NULL;
	struct headers h = { 0 };
	struct buf none = { 0 };
	if (!e)
		return false;
	headers_add(&h, "Content-Type", str_c(page_asset_type(str_c(e->name))));
	headers_add(&h, "Cache-Control", v->head->segment_count > 1 ? STR("public, max-age=31536000, immutable") : STR("public, max-age=3600"));
	if (str_find(str_c(e->name), STR("/offline-worker")) >= 0)
		headers_add(&h, "Service-Worker-Allowed", STR("/")); /* it stands in a folder and answers for all pages */
	visit_add_security(&h, v);
	v->task.finished = http_takes_gzip(v->r) ? finished_asset(v, e, &h) : NULL;
	if (v->task.finished) {
		v->next = NEXT_FINISHED;
		return true;
	}
	visit_answer(v, 200, &h, &none);
	v->fixed = (str){ e->begin, (size_t)(e->end - e->begin) };
	return true;
}
