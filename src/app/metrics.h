/* Figures of this process in the Prometheus text format. Labels are bounded: route templates, methods, statuses. */
#ifndef APP_METRICS_H
#define APP_METRICS_H

#include "core/engine.h"

void metrics_count_request(const char *template, str method, int status, int64_t duration_us);
void metrics_write(struct engine *e, struct stream_hub *hub, struct buf *out);

#endif
