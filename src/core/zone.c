/* Zones by name, loaded once and kept. The file format is in core/tzif.c. */
#include "core/zone.h"

#include <fcntl.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "core/tzif.h"

enum { BUCKETS = 64, LONGEST_NAME = 64, BIGGEST_FILE = 64 * 1024 };

struct zone {
	const struct zone *next;
	str name;
	struct tzif rules;
	char bytes[]; /* the name, then the file */
};

static const struct zone utc = { .name = { "UTC", 3 }, .rules = { .has_footer = true, .footer = { .name = { "UTC", 3 } } } };
/* Readers walk a chain without the lock: a zone is complete before it is linked in, and never goes away. */
static _Atomic(const struct zone *) buckets[BUCKETS];
static pthread_mutex_t loading = PTHREAD_MUTEX_INITIALIZER;

static bool name_byte(char ch) {
	return (ch >= 'A' && ch <= 'Z') || (ch >= 'a' && ch <= 'z') || (ch >= '0' && ch <= '9') || ch == '_' || ch == '+' || ch == '-';
}

/* Folders and links of the zone database that are no zones of their own: their meaning is this machine's, or counts leap seconds. */
static bool name_ok(str name) {
	static const char *const refused[] = { "right", "posix", "localtime", "posixrules" };
	if (name.n == 0 || name.n > LONGEST_NAME)
		return false;
	str rest = name;
	while (rest.p) {
		str part = str_cut(&rest, '/');
		if (part.n == 0)
			return false;
		for (size_t i = 0; i < part.n; i++)
			if (!name_byte(part.p[i]))
				return false;
	}
	str head = str_cut(&name, '/');
	for (size_t i = 0; i < sizeof refused / sizeof *refused; i++)
		if (str_is(head, refused[i]))
			return false;
	return true;
}

static _Atomic(const struct zone *) *bucket(str name) {
	unsigned h = 5381;
	for (size_t i = 0; i < name.n; i++)
		h = h * 33 + (unsigned char)name.p[i];
	return &buckets[h % BUCKETS];
}

static const struct zone *known(str name) {
	for (const struct zone *z = atomic_load_explicit(bucket(name), memory_order_acquire); z; z = z->next)
		if (str_eq(z->name, name))
			return z;
	return NULL;
}

static enum st read_file(str name, char *into, size_t *n) {
	char path[LONGEST_NAME + 32];
	snprintf(path, sizeof path, "/usr/share/zoneinfo/%.*s", STR_FMT(name));
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return ST_NOT_FOUND;
	*n = 0;
	ssize_t got = 1;
	while (*n < BIGGEST_FILE && (got = read(fd, into + *n, BIGGEST_FILE - *n)) > 0)
		*n += (size_t)got;
	close(fd);
	return got < 0 ? ST_NOT_FOUND : ST_OK; /* a folder opens, but cannot be read */
}

static enum st load(str name, const struct zone **out) {
	static char file[BIGGEST_FILE]; /* under the lock */
	size_t n;
	enum st st = read_file(name, file, &n);
	if (st != ST_OK)
		return st;
	struct zone *z = malloc(sizeof *z + name.n + n);
	if (!z)
		return ST_NO_MEMORY;
	memcpy(z->bytes, name.p, name.n);
	memcpy(z->bytes + name.n, file, n);
	z->name = (str){ z->bytes, name.n };
	st = tzif_read((str){ z->bytes + name.n, n }, &z->rules);
	if (st != ST_OK) {
		free(z);
		return st;
	}
	z->next = atomic_load(bucket(name));
	atomic_store_explicit(bucket(name), z, memory_order_release);
	*out = z;
	return ST_OK;
}

enum st zone_find(str name, const struct zone **out) {
	if (str_eq(name, utc.name)) {
		*out = &utc;
		return ST_OK;
	}
	if (!name_ok(name))
		return ST_NOT_FOUND;
	if ((*out = known(name)))
		return ST_OK;
	pthread_mutex_lock(&loading);
	enum st st = ST_OK;
	if (!(*out = known(name)))
		st = load(name, out);
	pthread_mutex_unlock(&loading);
	return st;
}

const struct zone *zone_utc(void) {
	return &utc;
}

str zone_name(const struct zone *z) {
	return z->name;
}

static int64_t seconds(int64_t us) {
	return us / US_PER_SECOND - (us % US_PER_SECOND < 0);
}

int zone_offset(const struct zone *z, int64_t us, str *abbreviation) {
	struct tz_span span = tzif_span(&z->rules, seconds(us));
	if (abbreviation)
		*abbreviation = span.abbreviation;
	return span.offset;
}

struct civil zone_civil(const struct zone *z, int64_t us) {
	return civil_from_us(us + zone_offset(z, us, NULL) * US_PER_SECOND);
}

/* Walks the spans around the wall-clock time read as UTC: whatever the offset, the instant is within two days of it. */
enum st zone_instant(const struct zone *z, const struct civil *c, int64_t *us, int64_t *later) {
	int64_t wall = civil_to_us(c), end = seconds(wall) + 2 * 86400, skipped = wall;
	int found = 0;
	for (struct tz_span span = tzif_span(&z->rules, seconds(wall) - 2 * 86400);; span = tzif_span(&z->rules, span.to)) {
		int64_t at = wall - span.offset * US_PER_SECOND;
		if (seconds(at) >= span.from && seconds(at) < span.to) {
			if (found++ == 0)
				*us = at;
			else if (later)
				*later = at;
		} else if (seconds(at) < span.from && found == 0) {
			skipped = span.from * US_PER_SECOND;
			break;
		}
		if (span.to > end || found == 2)
			break;
	}
	if (found == 0)
		*us = skipped;
	return found == 2 ? ST_CONFLICT : found == 1 ? ST_OK : ST_NOT_FOUND;
}

/* ---- changes ---- */

/* The first second with another offset than at `low`; at `high` it is another. */
static int64_t turn_between(const struct zone *z, int64_t low, int64_t high) {
	int offset = zone_offset(z, low, NULL);
	while (high - low > US_PER_SECOND) {
		int64_t middle = low + (high - low) / 2;
		if (zone_offset(z, middle, NULL) == offset)
			low = middle;
		else
			high = middle;
	}
	return high - (high % US_PER_SECOND + US_PER_SECOND) % US_PER_SECOND;
}

size_t zone_turns(const struct zone *z, int64_t from, int64_t to, struct zone_turn *out, size_t room) {
	size_t n = 0;
	if (n < room)
		out[n++] = (struct zone_turn){ from, zone_offset(z, from, NULL) };
	for (int64_t at = from; at < to && n < room; at += 14 * US_PER_DAY)
		if (zone_offset(z, at + 14 * US_PER_DAY, NULL) != out[n - 1].offset) {
			int64_t turn = turn_between(z, at, at + 14 * US_PER_DAY);
			out[n++] = (struct zone_turn){ turn, zone_offset(z, turn, NULL) };
		}
	return n;
}
