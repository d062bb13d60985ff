/* The purge: what is hidden is taken out of the files, step by step. SQLite overwrites what is deleted (secure_delete) and the index is merged until nothing of its former words is left; then the log is
 * folded back into the file and emptied, so that no former page is left there. PostgreSQL keeps former rows until the table is written anew, which is an administrator's decision. "Purged" is said when
 * all that is so, and not before: also no copy of the database may lie beside it that was made earlier. */
#include <dirent.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "base/clock.h"
#include "core/job.h"
#include "feature/scrub/scrub_parts.h"
#include "feature/search/search.h"

enum { STEP_US = 15000 };

/* Copies of the database in the data folder that were made before it was removed: "file NAME", a line each. */
static str copies_before(struct ctx *c, int64_t at) {
	struct buf b = buf_in(c->a);
	const char *folder = scrub_folder();
	DIR *d = folder ? opendir(folder) : NULL;
	for (struct dirent *e; d && (e = readdir(d));) {
		struct stat s;
		str name = str_c(e->d_name);
		bool copy = str_starts(name, STR("bokgi.db.")) && fstatat(dirfd(d), e->d_name, &s, 0) == 0;
		if (copy && (int64_t)s.st_mtim.tv_sec * US_PER_SECOND <= at)
			buf_printf(&b, "file %.*s\n", STR_FMT(name));
	}
	if (d)
		closedir(d);
	return b.n ? buf_str(&b) : STR("");
}

/* The log was emptied after the last step of the newest of those that have only that before them; asked once, in this writer's memory: after a restart it is asked again. */
struct asked {
	int64_t scrub;
	uint64_t transaction;
};

static bool is_folded(struct ctx *c, int64_t newest) {
	static const char key;
	struct asked *x = tx_memory(c, &key, sizeof *x, free);
	if (x && x->scrub == newest && c->tx->folded >= x->transaction)
		return true;
	if (x && x->scrub != newest)
		*x = (struct asked){ newest, c->tx->number };
	c->tx->fold = true;
	return false;
}

static enum st move(struct ctx *c, struct scrub *s, int state, str debts) {
	if (s->state == state && str_eq(s->debts, debts))
		return ST_OK;
	s->state = state;
	s->debts = debts;
	enum st st = scrub_store_move(c, s);
	return st == ST_OK && state == SCRUB_PURGED ? event_emitf(c, "scrub.purged", "scrub", s->id, 0, STR("scrubs"), "{}") : st;
}

/* Through all steps: is something left to wait for? */
static enum st finish(struct ctx *c, struct scrub *s) {
	str left = STR("");
	enum st st = ST_OK;
	if (db_kind(c->db) == DB_SQLITE)
		left = copies_before(c, s->at);
	else
		st = scrub_store_unsettled(c, s->mark, s->debts, &left);
	return st == ST_OK ? move(c, s, left.n ? SCRUB_PURGING : SCRUB_PURGED, left) : st;
}

static enum st finish_all(struct ctx *c, const struct list *waiting) {
	struct scrub *all = waiting->items;
	enum st st = ST_OK;
	if (waiting->n && db_kind(c->db) == DB_SQLITE && !is_folded(c, all[waiting->n - 1].id))
		return ST_OK;
	for (size_t i = 0; st == ST_OK && i < waiting->n; i++)
		st = finish(c, &all[i]);
	return st;
}

/* ST_END: there is more to do at once. */
static enum st go_on(struct ctx *c, struct scrub *s) {
	bool done;
	enum st st = search_purge(c, STEP_US, &s->step, &done);
	if (st == ST_END) /* not now */
		return ST_OK;
	if (st == ST_OK && done)
		s->step = SCRUB_STEPS;
	s->state = SCRUB_PURGING;
	if (st == ST_OK)
		st = scrub_store_move(c, s);
	return st == ST_OK ? ST_END : st;
}

static enum st purge(struct ctx *c) {
	struct list waiting;
	enum st st = scrub_store_waiting(c, &waiting);
	for (size_t i = 0; st == ST_OK && i < waiting.n; i++)
		if (((struct scrub *)waiting.items)[i].step < SCRUB_STEPS)
			return go_on(c, &((struct scrub *)waiting.items)[i]);
	return st == ST_OK ? finish_all(c, &waiting) : st;
}
JOB_EVERY(scrub, purge, 1);
