#include "app/topics.h"

#include <stdlib.h>

#include "core/engine.h"
#include "feature/org/org.h"
#include "net/stream.h"

enum { MOST_TOPICS = 40, BACKLOG = 1000 };

/* Heard by everybody who may see anything of that kind. */
static const struct {
	const char *name;
	enum perm perm;
} broad[] = {
	{ "incidents", PERM_INCIDENT_VIEW },
	{ "documents", PERM_DOCUMENT_VIEW },
	{ "publications", PERM_DOCUMENT_VIEW },
	{ "actions", PERM_ACTION_VIEW },
	{ "alerts", PERM_INCIDENT_VIEW },
	{ "org", PERM_ORG_VIEW },
	{ "deliveries", PERM_ORG_EDIT },
};

static bool broad_allowed(struct ctx *c, str topic) {
	for (size_t i = 0; i < sizeof broad / sizeof *broad; i++)
		if (str_is(topic, broad[i].name))
			return perm_role_has(c->who->role, broad[i].perm);
	return false;
}

bool topic_allowed(struct ctx *c, str topic) {
	int64_t id;
	str rest = topic, kind = str_cut(&rest, ':');
	if (!rest.p)
		return broad_allowed(c, topic);
	if (!str_i64(rest, &id))
		return false;
	if (str_is(kind, "person"))
		return id == c->who->person;
	if (str_is(kind, "scope"))
		return perm_sees_scope(c, id) == ST_OK;
	const struct noun *noun = noun_find(kind);
	return noun && c->who->role >= ROLE_VIEWER && perm_sees(c, noun, id) == ST_OK;
}

static enum st add_own(struct ctx *c, struct topics *out) {
	struct db_result r;
	enum st st = perm_scopes_of(c, c->who->person, &r);
	if (st != ST_OK)
		return st;
	str *all = arena_array(c->a, out->n + r.rows + 1, sizeof *all);
	memcpy(all, out->items, out->n * sizeof *all);
	all[out->n++] = arena_printf(c->a, "person:%lld", (long long)c->who->person);
	for (size_t i = 0; i < r.rows; i++)
		all[out->n++] = arena_printf(c->a, "scope:%lld", (long long)db_i64(&r, i, 0));
	out->items = all;
	return ST_OK;
}

enum st topics_read(struct ctx *c, str text, struct topics *out) {
	*out = (struct topics){ arena_array(c->a, MOST_TOPICS, sizeof(str)), 0 };
	for (str rest = text; rest.p && text.n;) {
		str topic = str_trim(str_cut(&rest, ','));
		if (out->n == MOST_TOPICS)
			return fail(c, ST_INVALID, "topics.too_many", "topics", N_("At most %d topics at once."), MOST_TOPICS);
		if (!topic_allowed(c, topic))
			return fail(c, ST_NOT_FOUND, "topics.unknown", "topics", N_("There is no topic “%.*s”, or it is not open to you."), STR_FMT(topic));
		out->items[out->n++] = topic;
	}
	return add_own(c, out);
}

/* ---- stream.open ---- */

struct open_in {
	uint64_t given;
	int64_t since;
	str topics;
};
INPUT(open_in, "StreamOpen", struct open_in,
	F(struct open_in, FT_I64, since, FIELD_OPTIONAL, N_("event position to continue from; the header Last-Event-ID does the same"), .min = 0, .max = INT64_MAX),
	F(struct open_in, FT_TEXT, topics, FIELD_OPTIONAL, N_("topics to hear, with commas between: incident:7,document:3,incidents")));

static bool hears(const struct topics *topics, const struct event *e) {
	for (str rest = str_c(e->topics); rest.p;) {
		str topic = str_cut(&rest, ' ');
		for (size_t i = 0; i < topics->n; i++)
			if (str_eq(topics->items[i], topic))
				return true;
	}
	return false;
}

/* What was missed, or one "resync" when that is too much to send again. */
static enum st write_backlog(struct ctx *c, int64_t since, const struct topics *topics, struct buf *out) {
	struct event_page page;
	enum st st = event_read(c, since, BACKLOG, &page);
	if (st == ST_OK && page.n == BACKLOG) {
		stream_format(out, 0, STR("resync"), STR("{}"));
		return ST_OK;
	}
	for (size_t i = 0; st == ST_OK && i < page.n; i++) {
		struct buf json = buf_in(c->a);
		if (!hears(topics, &page.items[i]))
			continue;
		event_json(&page.items[i], &json);
		stream_format(out, page.items[i].id, STR("event"), buf_str(&json));
	}
	return st;
}

static enum st run_open(struct ctx *c, const void *data, struct reply *out) {
	const struct open_in *in = data;
	struct call *call = op_call(c);
	struct topics *topics = arena_new_of(c->a, struct topics);
	int64_t since = in->since;
	str last = call->header ? call->header(call->header_data, "Last-Event-ID") : STR_NONE;
	if (last.n && !str_i64(last, &since))
		return fail(c, ST_INVALID, "stream.last_event_id", "Last-Event-ID", N_("Last-Event-ID must be the id of an event."));
	enum st st = topics_read(c, in->topics, topics);
	call->prepared = topics;
	topics->resumes = since != I64_NONE;
	return st == ST_OK && since != I64_NONE ? write_backlog(c, since, topics, &out->body) : st;
}

/* ---- stream.topics ---- */

static struct stream_hub *hub;

struct set_in {
	uint64_t given;
	str id;
	const json_t *topics;
};
INPUT(set_in, "StreamTopics", struct set_in,
	F(struct set_in, FT_TEXT, id, FIELD_REQUIRED | FIELD_PATH, N_("the stream, as its first event named it"), .max = 40),
	F(struct set_in, FT_PARSED, topics, FIELD_REQUIRED, N_("list of the topics to hear from now on")));

static enum st join_topics(struct ctx *c, const json_t *list, str *out) {
	struct buf b = buf_in(c->a);
	const json_t *item;
	size_t i;
	bool fits = json_is_array(list);
	json_array_foreach(list, i, item) {
		fits = fits && json_is_string(item) && str_chr(json_str(item), ',') < 0;
		buf_printf(&b, "%s%.*s", i ? "," : "", STR_FMT(json_str(item)));
	}
	*out = buf_str(&b);
	return fits ? ST_OK : fail(c, ST_INVALID, "topics.list", "topics", N_("The topics are a list of texts, such as [\"incidents\", \"document:3\"]."));
}

static enum st run_topics(struct ctx *c, const void *data, struct reply *out UNUSED) {
	const struct set_in *in = data;
	struct topics topics;
	str text = STR_NONE;
	enum st st = join_topics(c, in->topics, &text);
	if (st == ST_OK)
		st = topics_read(c, text, &topics);
	if (st != ST_OK)
		return st;
	if (!hub || stream_topics(hub, in->id, c->who->person, topics.items, topics.n) != ST_OK)
		return fail(c, ST_NOT_FOUND, "stream.gone", NULL, N_("This stream is over. Open a new one."));
	return ST_OK;
}

static const struct op ops[] = {
	OP("stream.open", "GET /api/v1/stream", PERM_SELF, OP_READ, BODY_NONE, &open_in, REPLY_STREAM, NULL, run_open,
		N_("Hear what changes, as server-sent events.")),
	OP("stream.topics", "POST /api/v1/stream/{id}/topics", PERM_SELF, OP_SLOW, BODY_JSON, &set_in, REPLY_NONE, NULL, run_topics,
		N_("Change what a stream hears, without opening a new one."), .flags = OP_EPHEMERAL),
};

/* ---- when rights change ---- */

/* Events after which somebody may hear less than before, and about whom: everybody, the account itself, or the actor. */
enum concerns { EVERYBODY, NOUN, ACTOR };
static const struct {
	const char *event;
	enum concerns concerns;
} losses[] = {
	{ "user.changed", NOUN },
	{ "session.ended", ACTOR },
	{ "team.changed", EVERYBODY },
	{ "incident.restricted", EVERYBODY },
	{ "document.restricted", EVERYBODY },
};

struct recheck {
	struct pool_task task;
	int64_t who;
};

struct asking {
	struct ctx c;
};

static bool still_may(void *data, int64_t who, str topic) {
	struct asking *ask = data;
	struct actor actor;
	arena_reset(ask->c.a);
	ask->c.err = (struct err){ 0 };
	/* 0: tokens; they hear again what is restricted when they ask again. */
	if (who == 0)
		actor = (struct actor){ .kind = ACTOR_TOKEN, .role = ROLE_VIEWER };
	else if (org_actor(&ask->c, who, &actor) != ST_OK)
		return false;
	ask->c.who = &actor;
	return topic_allowed(&ask->c, topic);
}

static void recheck(struct pool_task *t, struct db *db, enum st st) {
	struct recheck *r = t->data;
	struct arena *a = st == ST_OK ? arena_new(0) : NULL;
	struct asking ask = { .c = { .a = a, .db = db, .who = &actor_nobody, .zone = zone_utc() } };
	struct arena_guard g;
	/* Who cannot be asked must not go on hearing: the browsers come back and are asked then. */
	if (!a || arena_guard(a, &g))
		stream_close_of(hub, r->who);
	else
		stream_recheck(hub, r->who, still_may, &ask);
	arena_free(a);
	free(r);
}

static void recheck_later(struct engine *e, int64_t who) {
	struct recheck *r = calloc(1, sizeof *r);
	if (r)
		*r = (struct recheck){ .task = { .run = recheck, .data = r, .needs_db = true }, .who = who };
	if (r && pool_submit(e->readers, &r->task) == ST_OK)
		return;
	stream_close_of(hub, who);
	free(r);
}

static void on_event(void *data, const struct event *e) {
	for (size_t i = 0; hub && i < sizeof losses / sizeof *losses; i++)
		if (strcmp(losses[i].event, e->name) == 0)
			recheck_later(data, losses[i].concerns == NOUN ? e->noun_id : losses[i].concerns == ACTOR ? e->who.person : 0);
}

static enum st start(struct engine *e) {
	hub = feed_hub(e->feed);
	feed_listen(e->feed, on_event, e);
	return ST_OK;
}

ROOM(stream_room, "stream", ops, .start = start);
