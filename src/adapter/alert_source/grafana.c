#include "adapter/alert_source/prometheus_format.h"

/* Grafana's own alerting: Alertmanager's form, with links to the panel and the rule. */

static str panel(struct ctx *c UNUSED, const json_t *alert) {
	static const char *const links[] = { "panelURL", "dashboardURL", "generatorURL" };
	for (size_t i = 0; i < sizeof links / sizeof *links; i++) {
		str url = json_str(json_object_get(alert, links[i]));
		if (url.n)
			return url;
	}
	return STR_NONE;
}

static enum st parse(struct ctx *c, str body, struct alert_sink *out) {
	return prometheus_parse(c, body, panel, out);
}

ALERT_SOURCE(grafana, .title = "Grafana", .parse = parse, .help = N_("Add a contact point of the type Webhook with this address as its URL."),
	.sample = "{\"receiver\":\"bokgi\",\"status\":\"firing\",\"orgId\":1,\"alerts\":["
			  "{\"status\":\"firing\",\"labels\":{\"alertname\":\"High memory usage\",\"grafana_folder\":\"device\",\"team\":\"blue\"},"
			  "\"annotations\":{\"summary\":\"The notification services' memory is nearly used up\",\"runbook_url\":\"https://runbooks.example/memory\"},"
			  "\"startsAt\":\"2026-03-01T14:51:03.157076+09:00\",\"endsAt\":\"0001-01-01T00:00:00Z\","
			  "\"generatorURL\":\"https://grafana.example/alerting/1afz29v7z/edit\",\"fingerprint\":\"c6eadffa33fcdf37\","
			  "\"silenceURL\":\"https://grafana.example/alerting/silence/new\",\"dashboardURL\":\"https://grafana.example/d/ece9\",\"panelURL\":\"\","
			  "\"values\":{\"A\":2473545728},\"valueString\":\"[ var='A' labels={} value=2.473545728e+09 ]\"}],"
			  "\"groupLabels\":{\"grafana_folder\":\"device\"},\"commonLabels\":{\"team\":\"blue\"},\"commonAnnotations\":{},"
			  "\"externalURL\":\"https://grafana.example/\",\"version\":\"1\",\"groupKey\":\"{}:{grafana_folder=\\\"device\\\"}\",\"truncatedAlerts\":0,"
			  "\"title\":\"[FIRING:1] device (blue)\",\"state\":\"alerting\",\"message\":\"**Firing**\"}",
	.found = "firing | The notification services' memory is nearly used up | c6eadffa33fcdf37 | {}:{grafana_folder=\"device\"} | 2026-03-01T05:51:03.157076Z | -\n");
