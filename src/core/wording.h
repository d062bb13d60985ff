/* Dates, durations and lists as people of each language write them. All append to a buf. Zones are those of core/zone.h; the catalogues must be read (i18n_init). */
#ifndef CORE_WORDING_H
#define CORE_WORDING_H

#include "base/buf.h"
#include "core/i18n.h"
#include "core/zone.h"

/* "22 Nov 2026", "2026년 11월 22일 (일)" */
void wording_date(struct buf *out, enum lang lang, int year, int month, int day);
/* "22 Nov 2026, 14:51", "2026년 11월 22일 (일) 14:51"; with_zone adds " KST". */
void wording_moment(struct buf *out, enum lang lang, const struct zone *zone, int64_t us, bool with_zone);
/* "14:51", where the day is plain from what stands around it. */
void wording_clock(struct buf *out, const struct zone *zone, int64_t us);
/* "10 min ago", "10분 전"; "in 10 min", "10분 뒤"; "just now", "방금"; the date when it is more than thirty days away. */
void wording_relative(struct buf *out, enum lang lang, const struct zone *zone, int64_t us, int64_t now);
/* "1 h 27 min", "1시간 27분": the two largest units, cut and not rounded. A negative one has a minus sign. */
void wording_duration(struct buf *out, enum lang lang, int64_t seconds);
/* "a, b and c", "a, b, c". */
void wording_list(struct buf *out, enum lang lang, const str *items, size_t n);

#endif
