#include <stdio.h>

#include "adapter/alert_source/alert_source.h"
#include "base/testing.h"
#include "text/utf8.h"

/* Every source, by what it brings with it: a new source is tested without a line here. */

static struct arena *arena;

static struct ctx context(void) {
	arena_free(arena);
	arena = arena_new(0);
	return (struct ctx){ .a = arena, .now = 1772344263000000, .who = &actor_nobody };
}

TEST(alert_source, every_source_finds_what_it_says_is_in_its_sample) {
	const struct alert_source *s;
	size_t n = 0;
	for (; (s = alert_source_at(n)); n++) {
		struct ctx c = context();
		struct alert_sink sink = { 0 };
		struct buf found = buf_in(c.a);
		assert_int_equal(s->parse(&c, str_c(s->sample), &sink), ST_OK);
		alert_source_describe(&c, &sink, &found);
		assert_str(buf_str(&found), s->found);
		assert_true(sink.n > 0);
	}
	assert_true(n >= 2);
}

TEST(alert_source, every_source_has_a_name_of_its_own_and_help) {
	const struct alert_source *s, *before = NULL;
	for (size_t i = 0; (s = alert_source_at(i)); i++, before = s) {
		assert_true(s->title && s->help && s->parse && s->sample && s->found);
		assert_ptr_equal(alert_source_find(str_c(s->name)), s);
		assert_true(!before || strcmp(before->name, s->name) < 0);
	}
	assert_null(alert_source_find(STR("no such source")));
}

/* Half a payload, and a payload with any one byte spoiled, is refused or read; never more. */
TEST(alert_source, every_source_survives_damaged_payloads) {
	const struct alert_source *s;
	for (size_t i = 0; (s = alert_source_at(i)); i++) {
		size_t n = strlen(s->sample);
		for (size_t cut = 0; cut < n; cut += 7) {
			struct ctx c = context();
			struct alert_sink sink = { 0 };
			assert_int_not_equal(s->parse(&c, str_n(s->sample, cut), &sink), ST_OK);
			assert_non_null(c.err.code);
		}
		for (size_t at = 0; at < n; at += 3) {
			struct ctx c = context();
			struct alert_sink sink = { 0 };
			char *spoiled = arena_cstr(c.a, str_c(s->sample));
			spoiled[at] = (char)(at % 5 ? '\x01' : '9');
			enum st st = s->parse(&c, str_n(spoiled, n), &sink);
			assert_true(st == ST_OK || c.err.code);
			for (size_t k = 0; k < sink.n; k++)
				assert_true(utf8_valid(sink.items[k].title) && sink.items[k].fingerprint.n);
		}
	}
}

static str read_file(struct arena *a, const char *path) {
	FILE *f = fopen(path, "rb");
	char *bytes = arena_alloc(a, 1 << 20);
	assert_non_null(f);
	size_t n = fread(bytes, 1, 1 << 20, f);
	fclose(f);
	return str_n(bytes, n);
}

static void find(const char *source, const char *file, struct alert_sink *sink) {
	char path[200];
	struct ctx c = context();
	snprintf(path, sizeof path, "payloads/%s", file);
	*sink = (struct alert_sink){ 0 };
	assert_int_equal(alert_source_find(str_c(source))->parse(&c, read_file(c.a, test_data(path)), sink), ST_OK);
}

TEST(alert_source, payloads_of_real_alertmanagers) {
	struct alert_sink sink;
	find("alertmanager", "alertmanager/oncall-instance-down.json", &sink);
	assert_int_equal(sink.n, 2);
	assert_str(sink.items[0].title, "Instance localhost:8081 down");
	assert_str(sink.items[0].group, "{}:{alertname=\"InstanceDown\"}");
	assert_str(alert_label(&sink.items[1], STR("group")), "canary");
	find("alertmanager", "alertmanager/prometheus-v3-alert.json", &sink);
	assert_int_equal(sink.n, 1);
	assert_str(sink.items[0].title, "Connect fail");
	assert_str(sink.items[0].group, "5615590933959184469");
	assert_int_equal(sink.items[0].fingerprint.n, 16);
	assert_true(sink.items[0].started_at == INT64_C(1470047228008000));
	find("alertmanager", "alertmanager/zulip-two-alerts-v4.json", &sink);
	assert_int_equal(sink.n, 2);
	assert_str(sink.items[1].fingerprint, "c2ea85182f28cbd9");
	assert_true(sink.items[0].ended_at == I64_NONE);
	find("alertmanager", "alertmanager/goalert-minimal.json", &sink);
	assert_int_equal(sink.n, 1);
	assert_true(sink.items[0].started_at == I64_NONE);
	assert_str(sink.items[0].title, "My alert summary");
}

TEST(alert_source, payloads_of_real_grafanas) {
	struct alert_sink sink;
	find("grafana", "grafana-alerting/multiple-v8.json", &sink);
	assert_int_equal(sink.n, 2);
	assert_str(sink.items[0].url, "https://play.grafana.org/alerting/1afz29v7z/edit");
	find("grafana", "grafana-alerting/values-v11.json", &sink);
	assert_str(sink.items[0].title, "High memory usage");
	assert_str(sink.items[0].url, "https://play.grafana.org/d/ece9fb32-7f71-4be9-bd94-2f23608ae5b9?orgId=1&viewPanel=2");
	find("grafana", "grafana-alerting/oncall-instance-down.json", &sink);
	assert_int_equal(sink.n, 3);
}

TEST(alert_source, the_same_labels_are_the_same_alert) {
	struct ctx c = context();
	struct alert_sink sink = { 0 };
	struct alert_label one[] = { { STR("b"), STR("2") }, { STR("a"), STR("1") } }, two[] = { { STR("a"), STR("1") }, { STR("b"), STR("2") } },
					   other[] = { { STR("a"), STR("12") }, { STR("b"), STR("") } };
	alert_sink_add(&c, &sink, &(struct alert_in){ .labels = one, .label_count = 2 });
	alert_sink_add(&c, &sink, &(struct alert_in){ .labels = two, .label_count = 2 });
	alert_sink_add(&c, &sink, &(struct alert_in){ .labels = other, .label_count = 2 });
	assert_true(str_eq(sink.items[0].fingerprint, sink.items[1].fingerprint));
	assert_false(str_eq(sink.items[0].fingerprint, sink.items[2].fingerprint));
}
