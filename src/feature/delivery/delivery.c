#include <sodium.h>

#include "base/clock.h"
#include "feature/delivery/delivery_parts.h"
#include "feature/org/org.h"

/* What is queued, for whom, and when it is tried again. */

const char *const delivery_state_names[] = { "waiting", "sending", "sent", "failed", "withdrawn", NULL };

/* ---- the ladder ---- */

static const int64_t usual[] = { US_PER_MINUTE, 5 * US_PER_MINUTE, 15 * US_PER_MINUTE, US_PER_HOUR, 3 * US_PER_HOUR, 6 * US_PER_HOUR, 12 * US_PER_HOUR, US_PER_DAY, US_PER_DAY,
	2 * US_PER_DAY };
static int64_t ladder[DELIVERY_LADDER];
static size_t ladder_n;

void delivery_set_ladder(const int64_t *pauses, size_t n) {
	ladder_n = pauses ? n : 0;
	for (size_t i = 0; i < ladder_n; i++)
		ladder[i] = pauses[i];
}

int64_t delivery_pause(int64_t attempts, double random) {
	const int64_t *rungs = ladder_n ? ladder : usual;
	size_t n = ladder_n ? ladder_n : sizeof usual / sizeof *usual;
	if (attempts < 1 || (size_t)attempts > n)
		return attempts < 1 ? 0 : -1;
	return (int64_t)((double)rungs[attempts - 1] * (0.8 + 0.4 * random));
}

static int64_t unit_of(char ch) {
	return ch == 's' ? US_PER_SECOND : ch == 'm' ? US_PER_MINUTE : ch == 'h' ? US_PER_HOUR : ch == 'd' ? US_PER_DAY : 0;
}

size_t delivery_read_ladder(str text, int64_t *pauses) {
	size_t n = 0;
	for (str rest = text; rest.p;) {
		str one = str_trim(str_cut(&rest, ','));
		int64_t unit = one.n ? unit_of(one.p[one.n - 1]) : 0, count;
		if (!unit || n == DELIVERY_LADDER || !str_i64(str_to(one, one.n - 1), &count) || count <= 0 || count > 1000)
			return 0;
		pauses[n++] = count * unit;
	}
	return n;
}

/* ---- queueing ---- */

bool delivery_ready(void) {
	const struct channel *mail = channel_find(STR("mail"));
	return mail && mail->ready();
}

enum st delivery_person(struct ctx *c, int64_t person, struct delivery_person *out) {
	struct db_result r;
	*out = (struct delivery_person){ .id = person };
	enum st st = org_actor(c, person, &out->actor);
	if (st == ST_OK)
		st = delivery_store_person(c, person, &r);
	if (st != ST_OK)
		return st;
	out->login = db_str(&r, 0, 0);
	out->name = db_str(&r, 0, 1);
	out->email = channel_find(STR("mail"))->address_ok(db_str(&r, 0, 2)) ? db_str(&r, 0, 2) : STR_NONE;
	if (!lang_parse(db_str(&r, 0, 3), &out->lang))
		out->lang = LANG_EN;
	if (zone_find(db_str(&r, 0, 4), &out->zone) != ST_OK)
		out->zone = zone_utc();
	return ST_OK;
}

static str new_message_id(struct ctx *c) {
	unsigned char bytes[15];
	char text[32];
	randombytes_buf(bytes, sizeof bytes);
	sodium_bin2base64(text, sizeof text, bytes, sizeof bytes, sodium_base64_VARIANT_URLSAFE_NO_PADDING);
	return arena_str(c->a, str_c(text));
}

enum st delivery_queue(struct ctx *c, const struct delivery_in *in, str *message) {
	struct delivery_in full = *in;
	if (in->to) {
		full.name = in->to->name;
		full.address = in->to->email;
		full.lang = in->to->lang;
		full.zone = in->to->zone;
	}
	if (!delivery_ready() || !full.address.n || c->backfill)
		return ST_END;
	str id = new_message_id(c);
	if (message)
		*message = id;
	return delivery_store_insert(c, &full, STR("mail"), id);
}

enum st delivery_text(struct ctx *c, str markdown, int64_t *id) {
	return delivery_store_text(c, markdown, id);
}
