/* Operations on one's own notices. */
#include "base/clock.h"
#include "core/home.h"
#include "feature/incident/incident.h"
#include "feature/notice/notice_parts.h"

enum { ON_THE_FIRST_PAGE = 5 };

static enum st no_notice(struct ctx *c, int64_t id) {
	return fail(c, ST_NOT_FOUND, "record.not_found", NULL, N_("There is no notice %lld for you."), (long long)id);
}

/* ---- notice.list, notice.count ---- */

struct list_in {
	uint64_t given;
	int view;
	str after;
	int64_t limit;
};
static const char *const view_names[] = { "new", "snoozed", "all", NULL };
INPUT(list_in, "NoticeList", struct list_in,
	F(struct list_in, FT_ENUM, view, FIELD_OPTIONAL, N_("new unless said otherwise"), .names = view_names),
	F(struct list_in, FT_TEXT, after, FIELD_OPTIONAL, N_("cursor of the page before"), .max = 60),
	F(struct list_in, FT_I64, limit, FIELD_OPTIONAL, N_("most items, 50 unless said"), .min = 1, .max = 200));

static enum st run_list(struct ctx *c, const void *data, struct reply *out) {
	const struct list_in *in = data;
	struct page_in page;
	struct list found;
	enum st st = page_parse(c, in->after, in->limit, &page);
	if (st == ST_OK)
		st = notice_store_page(c, c->who->person, in->view < 0 ? NOTICES_NEW : (enum notice_view)in->view, &page, &found);
	if (st != ST_OK)
		return st;
	const struct notice *last = found.n ? (const struct notice *)found.items + found.n - 1 : NULL;
	reply_page(c, out, &notice_shape, &found, last && (int64_t)found.n == page.limit ? page_cursor(c, 0, last->id) : STR_NONE);
	return ST_OK;
}

static enum st newest(struct ctx *c, struct list *out) {
	return notice_store_page(c, c->who->person, NOTICES_NEW, &(struct page_in){ INT64_MAX, INT64_MAX, ON_THE_FIRST_PAGE }, out);
}
HOME_PART(notice, notices, &notice_shape, newest);

struct count {
	int64_t n;
};
SHAPE(notice_count_shape, "NoticeCount", struct count, N_("how many notices are new"), F(struct count, FT_I64, n, FIELD_REQUIRED, N_("how many are new")));

static enum st run_count(struct ctx *c, const void *data UNUSED, struct reply *out) {
	struct count x;
	enum st st = notice_store_count(c, c->who->person, &x.n);
	if (st == ST_OK)
		reply_record(c, out, &notice_count_shape, &x, 0);
	return st;
}

/* ---- reading and snoozing ---- */

static enum st tell_changed(struct ctx *c, int64_t id) {
	return event_emitf(c, "notice.changed", "notice", id, 0, arena_printf(c->a, "person:%lld", (long long)c->who->person), "{}");
}

static enum st reply_notice(struct ctx *c, int64_t id, struct reply *out) {
	struct notice n;
	enum st st = notice_store_get(c, c->who->person, id, &n);
	if (st == ST_OK)
		reply_record(c, out, &notice_shape, &n, 0);
	return st;
}

struct read_in {
	uint64_t given;
	int64_t id;
	bool read;
};
INPUT(read_in, "NoticeRead", struct read_in,
	F(struct read_in, FT_ID, id, FIELD_REQUIRED | FIELD_PATH, N_("number of the notice")),
	F(struct read_in, FT_BOOL, read, FIELD_REQUIRED, N_("false: it is new again")));

static enum st run_read(struct ctx *c, const void *data, struct reply *out) {
	const struct read_in *in = data;
	struct notice n;
	enum st st = notice_store_get(c, c->who->person, in->id, &n);
	if (st == ST_NOT_FOUND)
		return no_notice(c, in->id);
	if (st == ST_OK)
		st = notice_store_read(c, c->who->person, in->id, in->read);
	if (st == ST_OK)
		st = tell_changed(c, in->id);
	return st == ST_OK ? reply_notice(c, in->id, out) : st;
}

static enum st run_read_all(struct ctx *c, const void *data UNUSED, struct reply *out UNUSED) {
	enum st st = notice_store_read(c, c->who->person, 0, true);
	return st == ST_OK ? tell_changed(c, 0) : st;
}

struct snooze_in {
	uint64_t given;
	int64_t id, until;
};
INPUT(snooze_in, "NoticeSnooze", struct snooze_in,
	F(struct snooze_in, FT_ID, id, FIELD_REQUIRED | FIELD_PATH, N_("number of the notice")),
	F(struct snooze_in, FT_TIME, until, FIELD_REQUIRED, N_("when it comes back")));

static enum st run_snooze(struct ctx *c, const void *data, struct reply *out) {
	const struct snooze_in *in = data;
	struct notice n;
	if (in->until <= c->now || in->until > c->now + 366 * US_PER_DAY)
		return fail(c, ST_INVALID, "notice.until", "until", N_("Choose a time within the next year."));
	enum st st = notice_store_get(c, c->who->person, in->id, &n);
	if (st == ST_NOT_FOUND)
		return no_notice(c, in->id);
	if (st == ST_OK)
		st = notice_store_snooze(c, c->who->person, in->id, in->until);
	if (st == ST_OK)
		st = tell_changed(c, in->id);
	return st == ST_OK ? reply_notice(c, in->id, out) : st;
}

/* ---- muting ---- */

struct mute_in {
	uint64_t given;
	int64_t id;
};
INPUT(mute_in, "NoticeMute", struct mute_in, F(struct mute_in, FT_ID, id, FIELD_REQUIRED | FIELD_PATH, N_("the incident"), .prefix = "INC"));

static enum st mute(struct ctx *c, int64_t incident, bool on) {
	struct incident i;
	if (!c->who->person)
		return fail(c, ST_CONFLICT, "account.none", NULL, N_("This login is not a person's: there is nothing of its own to change."));
	enum st st = incident_brief(c, incident, &i);
	if (st == ST_OK)
		st = notice_store_mute(c, c->who->person, incident, on);
	return st == ST_OK ? tell_changed(c, 0) : st;
}

static enum st run_mute(struct ctx *c, const void *data, struct reply *out UNUSED) {
	return mute(c, ((const struct mute_in *)data)->id, true);
}

static enum st run_unmute(struct ctx *c, const void *data, struct reply *out UNUSED) {
	return mute(c, ((const struct mute_in *)data)->id, false);
}

/* ---- preferences ---- */

struct preference {
	int kind, way;
	str label;
};
struct preferences {
	bool mail;
	str address;
	struct list kinds, muted;
};
SHAPE(notice_preference_shape, "NoticePreference", struct preference, N_("how somebody wants to be told of one kind"),
	F(struct preference, FT_ENUM, kind, FIELD_REQUIRED, N_("what kind of notice it is"), .names = notice_kind_names),
	F(struct preference, FT_ENUM, way, FIELD_REQUIRED, N_("mail: at once; digest: in one mail a day; inbox: only there"), .names = notice_way_names),
	F(struct preference, FT_TEXT, label, FIELD_REQUIRED, N_("its name in the reader's language")));
SHAPE(notice_muted_shape, "NoticeMuted", struct notice_muted, N_("an incident that somebody wants to hear less of"),
	F(struct notice_muted, FT_ID, id, FIELD_REQUIRED, N_("the incident"), .prefix = "INC"),
	F(struct notice_muted, FT_TEXT, title, FIELD_REQUIRED, N_("its title")));
SHAPE(notice_preferences_shape, "NoticePreferences", struct preferences, N_("how you want to be told"),
	F(struct preferences, FT_BOOL, mail, FIELD_REQUIRED, N_("mail can reach you: the server sends mail, and your account has an address")),
	F(struct preferences, FT_TEXT, address, FIELD_OPTIONAL, N_("where mail goes")),
	F(struct preferences, FT_LIST, kinds, FIELD_REQUIRED, N_("by kind"), .shape = &notice_preference_shape),
	F(struct preferences, FT_LIST, muted, FIELD_REQUIRED, N_("incidents that you have muted"), .shape = &notice_muted_shape));

static enum st read_preferences(struct ctx *c, struct preferences *p) {
	struct delivery_person me = { 0 };
	struct preference *kinds = arena_array(c->a, NOTICE_KINDS, sizeof *kinds);
	enum st st = c->who->person ? delivery_person(c, c->who->person, &me) : ST_OK;
	*p = (struct preferences){ .mail = delivery_ready() && me.email.n, .address = me.email, .kinds = { kinds, NOTICE_KINDS } };
	for (int i = 0; st == ST_OK && i < NOTICE_KINDS; i++) {
		enum notice_way way;
		st = notice_store_way(c, c->who->person, (enum notice_kind)i, &way);
		kinds[i] = (struct preference){ i, (int)way, str_c(tr(c->lang, notice_kinds[i].label)) };
	}
	return st == ST_OK ? notice_store_mutes(c, c->who->person, &p->muted) : st;
}

static enum st run_preferences(struct ctx *c, const void *data UNUSED, struct reply *out) {
	struct preferences p;
	enum st st = read_preferences(c, &p);
	if (st == ST_OK)
		reply_record(c, out, &notice_preferences_shape, &p, 0);
	return st == ST_NOT_FOUND ? fail(c, ST_CONFLICT, "account.none", NULL, N_("This login is not a person's: there is nothing of its own to change.")) : st;
}

struct prefer_in {
	uint64_t given;
	int kind, way;
};
INPUT(prefer_in, "NoticePrefer", struct prefer_in,
	F(struct prefer_in, FT_ENUM, kind, FIELD_REQUIRED, N_("what kind of notice it is"), .names = notice_kind_names),
	F(struct prefer_in, FT_ENUM, way, FIELD_REQUIRED, N_("mail: at once; digest: in one mail a day; inbox: only there"), .names = notice_way_names));

static enum st run_prefer(struct ctx *c, const void *data, struct reply *out) {
	const struct prefer_in *in = data;
	if (!c->who->person)
		return fail(c, ST_CONFLICT, "account.none", NULL, N_("This login is not a person's: there is nothing of its own to change."));
	enum st st = notice_store_set_way(c, c->who->person, (enum notice_kind)in->kind, (enum notice_way)in->way);
	if (st == ST_OK)
		st = tell_changed(c, 0);
	return st == ST_OK ? run_preferences(c, NULL, out) : st;
}

static const struct op ops[] = {
	OP("notice.list", "GET /api/v1/notices", PERM_SELF, OP_READ, BODY_NONE, &list_in, REPLY_PAGE, &notice_shape, run_list, N_("What you are told, the newest first.")),
	OP("notice.count", "GET /api/v1/notices/count", PERM_SELF, OP_READ, BODY_NONE, NULL, REPLY_RECORD, &notice_count_shape, run_count, N_("How many notices are new.")),
	OP("notice.read", "PUT /api/v1/notices/{id}/read", PERM_SELF, OP_WRITE, BODY_JSON, &read_in, REPLY_RECORD, &notice_shape, run_read,
		N_("Say that you have read a notice, or that it is new again.")),
	OP("notice.read_all", "POST /api/v1/notices/read", PERM_SELF, OP_WRITE, BODY_NONE, NULL, REPLY_NONE, NULL, run_read_all, N_("Say that you have read all that is new.")),
	OP("notice.snooze", "POST /api/v1/notices/{id}/snooze", PERM_SELF, OP_WRITE, BODY_JSON, &snooze_in, REPLY_RECORD, &notice_shape, run_snooze,
		N_("Put a notice away until a time.")),
	OP("notice.mute", "PUT /api/v1/incidents/{id}/mute", PERM_SELF, OP_WRITE, BODY_NONE, &mute_in, REPLY_NONE, NULL, run_mute,
		N_("Hear of an incident only what is asked of you by name."), .noun = &incident_noun),
	OP("notice.unmute", "DELETE /api/v1/incidents/{id}/mute", PERM_SELF, OP_WRITE, BODY_NONE, &mute_in, REPLY_NONE, NULL, run_unmute,
		N_("Hear everything of an incident again."), .noun = &incident_noun),
	OP("notice.preferences", "GET /api/v1/me/notices", PERM_SELF, OP_READ, BODY_NONE, NULL, REPLY_RECORD, &notice_preferences_shape, run_preferences,
		N_("How you want to be told, by kind.")),
	OP("notice.prefer", "PUT /api/v1/me/notices", PERM_SELF, OP_WRITE, BODY_JSON, &prefer_in, REPLY_RECORD, &notice_preferences_shape, run_prefer,
		N_("Choose how you want to be told of one kind.")),
};

ROOM(notice_room, "notice", ops);
