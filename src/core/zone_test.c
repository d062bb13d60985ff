#include "base/testing.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/json.h"
#include "core/tzif.h"
#include "core/zone.h"

static const struct zone *zone(const char *name) {
	const struct zone *z;
	assert_int_equal(zone_find(str_c(name), &z), ST_OK);
	return z;
}

static int64_t instant(const char *rfc3339) {
	int64_t us;
	assert_true(time_parse_rfc3339(str_c(rfc3339), &us));
	return us;
}

/* "2026-11-22 14:51:00" */
static struct civil civil(const char *s) {
	struct civil c = { 0 };
	assert_int_equal(sscanf(s, "%d-%d-%d %d:%d:%d", &c.year, &c.month, &c.day, &c.hour, &c.minute, &c.second), 6);
	return c;
}

TEST(zone, offset_and_abbreviation) {
	static const struct {
		const char *zone, *at;
		int offset;
		const char *abbreviation;
	} rows[] = {
		{ "UTC", "2026-11-22T00:00:00Z", 0, "UTC" },
		{ "Etc/UTC", "2026-11-22T00:00:00Z", 0, "UTC" },
		{ "Asia/Seoul", "2026-11-22T00:00:00Z", 32400, "KST" },
		{ "Asia/Seoul", "1988-07-01T00:00:00Z", 36000, "KDT" },
		{ "Asia/Seoul", "1900-01-01T00:00:00Z", 30472, "LMT" },
		{ "Europe/Berlin", "2026-07-01T00:00:00Z", 7200, "CEST" },
		{ "Europe/Berlin", "2026-03-29T00:59:59Z", 3600, "CET" },
		{ "Europe/Berlin", "2026-03-29T01:00:00Z", 7200, "CEST" },
		{ "Europe/Berlin", "2026-10-25T01:00:00Z", 3600, "CET" },
		{ "Europe/Berlin", "2199-07-01T00:00:00Z", 7200, "CEST" }, /* by the footer */
		{ "Europe/Berlin", "9999-01-01T00:00:00Z", 3600, "CET" },
		{ "Europe/Dublin", "2050-07-01T00:00:00Z", 3600, "IST" }, /* "summer" is the winter there */
		{ "Europe/Dublin", "2050-01-01T00:00:00Z", 0, "GMT" },
		{ "Australia/Lord_Howe", "2050-01-01T00:00:00Z", 39600, "+11" },
		{ "Australia/Lord_Howe", "2050-07-01T00:00:00Z", 37800, "+1030" },
		{ "America/Sao_Paulo", "2050-01-01T00:00:00Z", -10800, "-03" },
		{ "Asia/Kathmandu", "2026-01-01T00:00:00Z", 20700, "+0545" },
		{ "America/Nuuk", "2050-07-01T00:00:00Z", -3600, "-01" },
		{ "Etc/GMT+5", "2026-01-01T00:00:00Z", -18000, "-05" },
	};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		str abbreviation;
		int offset = zone_offset(zone(rows[i].zone), instant(rows[i].at), &abbreviation);
		if (offset != rows[i].offset || !str_is(abbreviation, rows[i].abbreviation))
			fail_msg("%s at %s: %d %.*s", rows[i].zone, rows[i].at, offset, STR_FMT(abbreviation));
	}
}

TEST(zone, civil_of_an_instant) {
	struct civil c = zone_civil(zone("Asia/Seoul"), instant("2026-11-22T05:51:03.25Z"));
	assert_int_equal(c.year * 10000 + c.month * 100 + c.day, 20261122);
	assert_int_equal(c.hour * 10000 + c.minute * 100 + c.second, 145103);
	assert_int_equal(c.us, 250000);
	assert_int_equal(c.weekday, 0);
	c = zone_civil(zone("America/New_York"), instant("1969-12-31T23:59:59.999999Z"));
	assert_int_equal(c.hour * 10000 + c.minute * 100 + c.second, 185959);
	assert_int_equal(c.us, 999999);
}

TEST(zone, instant_of_a_wall_clock) {
	static const struct {
		const char *zone, *wall;
		enum st want;
		const char *at, *later;
	} rows[] = {
		{ "UTC", "2026-11-22 14:51:00", ST_OK, "2026-11-22T14:51:00Z", NULL },
		{ "Asia/Seoul", "2026-11-22 14:51:00", ST_OK, "2026-11-22T05:51:00Z", NULL },
		{ "Europe/Berlin", "2026-03-29 01:59:59", ST_OK, "2026-03-29T00:59:59Z", NULL },
		{ "Europe/Berlin", "2026-03-29 02:00:00", ST_NOT_FOUND, "2026-03-29T01:00:00Z", NULL },
		{ "Europe/Berlin", "2026-03-29 02:59:59", ST_NOT_FOUND, "2026-03-29T01:00:00Z", NULL },
		{ "Europe/Berlin", "2026-03-29 03:00:00", ST_OK, "2026-03-29T01:00:00Z", NULL },
		{ "Europe/Berlin", "2026-10-25 01:59:59", ST_OK, "2026-10-24T23:59:59Z", NULL },
		{ "Europe/Berlin", "2026-10-25 02:00:00", ST_CONFLICT, "2026-10-25T00:00:00Z", "2026-10-25T01:00:00Z" },
		{ "Europe/Berlin", "2026-10-25 02:59:59", ST_CONFLICT, "2026-10-25T00:59:59Z", "2026-10-25T01:59:59Z" },
		{ "Europe/Berlin", "2026-10-25 03:00:00", ST_OK, "2026-10-25T02:00:00Z", NULL },
		{ "Europe/Berlin", "2150-03-29 02:30:00", ST_NOT_FOUND, "2150-03-29T01:00:00Z", NULL },
		{ "Europe/Berlin", "2150-10-25 02:30:00", ST_CONFLICT, "2150-10-25T00:30:00Z", "2150-10-25T01:30:00Z" },
		{ "Asia/Seoul", "1988-05-08 02:30:00", ST_NOT_FOUND, "1988-05-07T17:00:00Z", NULL },
		{ "Asia/Seoul", "1988-10-09 02:30:00", ST_CONFLICT, "1988-10-08T16:30:00Z", "1988-10-08T17:30:00Z" },
		{ "Australia/Lord_Howe", "2026-04-05 01:45:00", ST_CONFLICT, "2026-04-04T14:45:00Z", "2026-04-04T15:15:00Z" },
		{ "Pacific/Apia", "2011-12-30 12:00:00", ST_NOT_FOUND, "2011-12-30T10:00:00Z", NULL }, /* a whole day */
		{ "Pacific/Kwajalein", "1969-09-30 12:30:00", ST_CONFLICT, "1969-09-30T01:30:00Z", "1969-10-01T00:30:00Z" },
	};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct civil c = civil(rows[i].wall);
		int64_t at = 0, later = 0;
		enum st st = zone_instant(zone(rows[i].zone), &c, &at, &later);
		if (st != rows[i].want || at != instant(rows[i].at) || (rows[i].later && later != instant(rows[i].later)))
			fail_msg("%s %s: %s %lld %lld", rows[i].zone, rows[i].wall, st_name(st), (long long)at, (long long)later);
	}
}

TEST(zone, refuses_names) {
	static const char *const names[] = { "", "/", "/etc/passwd", "Asia/../Asia/Seoul", "..", "Asia", "Asia/", "Asia//Seoul", "Asia/Seoul ", "Asia/Seoul\n", "./UTC",
		"tzdata.zi", "zone.tab", "right/UTC", "posix/UTC", "localtime", "posixrules", "Nowhere", "Asia/Nowhere",
		"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA" };
	const struct zone *z;
	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		if (zone_find(str_c(names[i]), &z) != ST_NOT_FOUND)
			fail_msg("\"%s\" was found", names[i]);
	assert_int_equal(zone_find((str){ "UTC\0x", 5 }, &z), ST_NOT_FOUND);
}

static void *find_all(void *arg) {
	static const char *const names[] = { "Asia/Tokyo", "Europe/Paris", "America/Lima", "Africa/Cairo", "Asia/Seoul" };
	const struct zone **found = arg;
	for (size_t i = 0; i < 5; i++)
		if (zone_find(str_c(names[i]), &found[i]) != ST_OK)
			found[i] = NULL;
	return NULL;
}

TEST(zone, threads_share_one_copy) {
	const struct zone *found[4][5];
	pthread_t threads[4];
	for (int i = 0; i < 4; i++)
		assert_int_equal(pthread_create(&threads[i], NULL, find_all, found[i]), 0);
	for (int i = 0; i < 4; i++)
		pthread_join(threads[i], NULL);
	for (int i = 0; i < 4; i++)
		for (int k = 0; k < 5; k++)
			assert_true(found[i][k] && found[i][k] == found[0][k]);
	assert_str(zone_name(found[0][4]), "Asia/Seoul");
}

TEST(zone, says_when_its_clock_changes) {
	static const struct { const char *name; size_t n; } cases[] = { { "UTC", 1 }, { "Asia/Seoul", 1 }, { "America/New_York", 5 }, { "Australia/Lord_Howe", 5 } };
	int64_t from = INT64_C(1767225600000000), to = from + 730 * US_PER_DAY; /* 2026 and 2027 */
	struct zone_turn turns[12];
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		const struct zone *z;
		assert_int_equal(zone_find(str_c(cases[i].name), &z), ST_OK);
		size_t n = zone_turns(z, from, to, turns, 12);
		assert_int_equal(n, cases[i].n);
		assert_int_equal(turns[0].at, from);
		for (size_t k = 1; k < n; k++) {
			assert_int_equal(zone_offset(z, turns[k].at - US_PER_SECOND, NULL), turns[k - 1].offset);
			assert_int_equal(zone_offset(z, turns[k].at, NULL), turns[k].offset);
		}
		assert_int_equal(zone_turns(z, from, to, turns, 1), 1);
	}
}

TEST(tzif, footer) {
	static const struct {
		const char *text;
		bool ok;
	} rows[] = {
		{ "UTC0", true },          { "<+0330>-3:30", true },         { "CET-1CEST,M3.5.0,M10.5.0/3", true }, { "EET-2EEST,M3.4.4/50,M10.4.4/50", true },
		{ "XXX3EDT4,0/0,J365/23", true }, { "<-03>3<-02>,M3.5.0/-2,M10.5.0/-1", true }, { "IST-1GMT0,M10.5.0,M3.5.0/1", true }, { "", false },
		{ "UTC", false },          { "UT0", false },                 { "UTC0X", false },                     { "CET-1CEST", false },
		{ "CET-1CEST,M3.5.0", false }, { "CET-1CEST,M13.5.0,M10.5.0", false }, { "CET-1CEST,M3.6.0,M10.5.0", false }, { "CET-1CEST,M3.5.7,M10.5.0", false },
		{ "CET-1CEST,J0,J10", false }, { "CET-1CEST,J366,J10", false }, { "CET-1CEST,M3.5.0/168,M10.5.0", false }, { "CET-99", false },
		{ "<+03", false },         { "CET-1:60", false },            { "CET-1CEST,M3.5.0,M10.5.0/3,", false },
	};
	struct tz_posix z;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
		if (tz_posix_read(str_c(rows[i].text), &z) != rows[i].ok)
			fail_msg("\"%s\"", rows[i].text);
	assert_true(tz_posix_read(STR("EET-2EEST,M3.4.4/50,M10.4.4/50"), &z));
	assert_int_equal(z.summer_offset, 10800);
	assert_int_equal(z.begins.seconds, 50 * 3600);
}

/* Summer all the year, days counted with and without 29 February: kinds of rules that no zone of today uses. */
TEST(tzif, rules_of_every_kind) {
	static const struct {
		const char *footer, *at;
		int offset;
	} rows[] = {
		{ "XXX3EDT4,0/0,J365/23", "2026-12-31T23:30:00Z", -14400 }, { "XXX3EDT4,0/0,J365/23", "2027-01-01T04:00:00Z", -14400 },
		{ "AAA0BBB,J60/0,J300/0", "2028-02-29T23:59:59Z", 0 },     { "AAA0BBB,J60/0,J300/0", "2028-03-01T00:00:00Z", 3600 },
		{ "AAA0BBB,J60/0,J300/0", "2027-03-01T00:00:00Z", 3600 },  { "AAA0BBB,59/0,300/0", "2028-02-29T00:00:00Z", 3600 },
		{ "AAA0BBB,59/0,300/0", "2027-02-28T23:59:59Z", 0 },       { "AAA0BBB,59/0,300/0", "2027-03-01T00:00:00Z", 3600 },
		{ "AAA0BBB,M10.1.0,M3.1.0", "2027-01-01T00:00:00Z", 3600 }, { "AAA0BBB,M10.1.0,M3.1.0", "2027-07-01T00:00:00Z", 0 },
	};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct tzif t = { .has_footer = true };
		assert_true(tz_posix_read(str_c(rows[i].footer), &t.footer));
		struct tz_span span = tzif_span(&t, instant(rows[i].at) / US_PER_SECOND);
		if (span.offset != rows[i].offset)
			fail_msg("%s at %s: %d", rows[i].footer, rows[i].at, span.offset);
	}
	struct tzif t = { .has_footer = true };
	assert_true(tz_posix_read(STR("AAA0BBB,M10.1.0,M3.1.0"), &t.footer));
	assert_true(tzif_span(&t, INT64_MAX).to > 0 && tzif_span(&t, INT64_MIN).from == INT64_MIN);
}

static size_t read_zone_file(const char *name, char *into, size_t size) {
	char path[200];
	snprintf(path, sizeof path, "/usr/share/zoneinfo/%s", name);
	FILE *f = fopen(path, "rb");
	assert_non_null(f);
	size_t n = fread(into, 1, size, f);
	fclose(f);
	return n;
}

TEST(tzif, survives_damaged_files) {
	static char file[65536];
	size_t n = read_zone_file("Europe/Dublin", file, sizeof file);
	struct tzif t;
	assert_int_equal(tzif_read((str){ file, n }, &t), ST_OK);
	unsigned refused = 0;
	for (size_t i = 0; i < n; i++) {
		char *copy = malloc(i ? i : 1);
		assert_non_null(copy);
		memcpy(copy, file, i);
		assert_int_equal(tzif_read((str){ copy, i }, &t), ST_MALFORMED);
		free(copy);
	}
	for (size_t i = 0; i < n; i++) {
		char *copy = malloc(n);
		assert_non_null(copy);
		memcpy(copy, file, n);
		copy[i] = (char)(copy[i] ^ (1 << (i % 8)));
		if (tzif_read((str){ copy, n }, &t) == ST_OK)
			tzif_span(&t, 0), tzif_span(&t, INT64_MAX), tzif_span(&t, INT64_MIN);
		else
			refused++;
		free(copy);
	}
	assert_true(refused > 20);
}

TEST(tzif, refuses_leap_seconds) {
	static char file[65536];
	struct tzif t;
	assert_int_equal(tzif_read((str){ file, read_zone_file("right/Europe/Berlin", file, sizeof file) }, &t), ST_MALFORMED);
}
