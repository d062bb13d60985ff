#include "adapter/alert_source/prometheus_format.h"

/* Prometheus Alertmanager, webhook version 4 (and 3, whose groupKey was a number). */

static enum st parse(struct ctx *c, str body, struct alert_sink *out) {
	return prometheus_parse(c, body, NULL, out);
}

ALERT_SOURCE(alertmanager, .title = "Prometheus Alertmanager", .parse = parse,
	.help = N_("Add a receiver with webhook_configs, this address as url and send_resolved: true."),
	.sample = "{\"receiver\":\"bokgi\",\"status\":\"firing\",\"alerts\":["
			  "{\"status\":\"firing\",\"labels\":{\"alertname\":\"InstanceDown\",\"instance\":\"db-1:9100\",\"job\":\"node\",\"severity\":\"critical\"},"
			  "\"annotations\":{\"summary\":\"db-1 does not answer\",\"description\":\"db-1:9100 has been down for more than 1 minute.\"},"
			  "\"startsAt\":\"2026-03-01T05:51:03.158Z\",\"endsAt\":\"0001-01-01T00:00:00Z\","
			  "\"generatorURL\":\"http://prometheus.example:9090/graph?g0.expr=up+%3D%3D+0\",\"fingerprint\":\"d181d0dca1a26e50\"},"
			  "{\"status\":\"resolved\",\"labels\":{\"alertname\":\"InstanceDown\",\"instance\":\"db-2:9100\",\"job\":\"node\",\"severity\":\"critical\"},"
			  "\"annotations\":{},\"startsAt\":\"2026-03-01T05:50:03.158Z\",\"endsAt\":\"2026-03-01T05:52:18.158Z\","
			  "\"generatorURL\":\"\",\"fingerprint\":\"3a0b1ff1d0f2c5ad\"}],"
			  "\"groupLabels\":{\"alertname\":\"InstanceDown\"},\"commonLabels\":{\"alertname\":\"InstanceDown\",\"job\":\"node\",\"severity\":\"critical\"},"
			  "\"commonAnnotations\":{},\"externalURL\":\"http://alertmanager.example:9093\",\"version\":\"4\","
			  "\"groupKey\":\"{}:{alertname=\\\"InstanceDown\\\"}\",\"truncatedAlerts\":0}",
	.found = "firing | db-1 does not answer | d181d0dca1a26e50 | {}:{alertname=\"InstanceDown\"} | 2026-03-01T05:51:03.158Z | -\n"
			 "resolved | InstanceDown db-2:9100 | 3a0b1ff1d0f2c5ad | {}:{alertname=\"InstanceDown\"} | 2026-03-01T05:50:03.158Z | 2026-03-01T05:52:18.158Z\n");
