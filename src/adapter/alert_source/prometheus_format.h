/* The webhook form that Alertmanager made and others send too. Not a source by itself. */
#ifndef ADAPTER_ALERT_SOURCE_PROMETHEUS_FORMAT_H
#define ADAPTER_ALERT_SOURCE_PROMETHEUS_FORMAT_H

#include "adapter/alert_source/alert_source.h"

/* link: where a person can look, instead of generatorURL; may be NULL. */
MUST_CHECK enum st prometheus_parse(struct ctx *c, str body, str (*link)(struct ctx *c, const json_t *alert), struct alert_sink *out);

#endif
