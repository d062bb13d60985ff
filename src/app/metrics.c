#include "app/metrics.h"

#include <stdatomic.h>
#include <stdio.h>
#include <unistd.h>

#include "app/router.h"

enum { BUCKETS = 9, STATUS_CLASSES = 6 };

static const double bucket_seconds[BUCKETS] = { 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.05, 0.1, 0.5, 2.5 };

struct per_route {
	_Atomic int64_t by_class[STATUS_CLASSES];
	_Atomic int64_t bucket[BUCKETS + 1];
	_Atomic int64_t total_us;
};
static struct per_route per_route[513]; /* the last one: requests without a route */

static struct per_route *slot(const char *template) {
	for (size_t i = 0; template && i < router_count(); i++)
		if (router_at(i)->template == template)
			return &per_route[i];
	return &per_route[512];
}

void metrics_count_request(const char *template, str method UNUSED, int status, int64_t us) {
	struct per_route *p = slot(template);
	int class = status / 100, b = 0;
	while (b < BUCKETS && (double)us / 1e6 > bucket_seconds[b])
		b++;
	p->by_class[class > 0 && class < STATUS_CLASSES ? class : 0]++;
	p->bucket[b]++;
	p->total_us += us;
}

static void head(struct buf *out, const char *name, const char *type, const char *help) {
	buf_printf(out, "# HELP %s %s\n# TYPE %s %s\n", name, help, name, type);
}

static void single(struct buf *out, const char *name, const char *type, const char *help, double v) {
	head(out, name, type, help);
	buf_printf(out, "%s %.15g\n", name, v);
}

static int64_t all_classes(const struct per_route *p) {
	int64_t n = 0;
	for (int i = 0; i < STATUS_CLASSES; i++)
		n += p->by_class[i];
	return n;
}

static void labels(struct buf *out, size_t i) {
	if (i == 512)
		buf_lit(out, "method=\"\",route=\"\"");
	else
		buf_printf(out, "method=\"%.*s\",route=\"%s\"", STR_FMT(router_at(i)->method), router_at(i)->template);
}

static void write_counts(struct buf *out) {
	head(out, "bokgi_http_requests_total", "counter", "HTTP requests answered, by route and class of status.");
	for (size_t i = 0; i <= 512; i++)
		for (int k = 0; k < STATUS_CLASSES; k++)
			if (per_route[i].by_class[k]) {
				buf_lit(out, "bokgi_http_requests_total{");
				labels(out, i);
				buf_printf(out, ",status=\"%dxx\"} %lld\n", k, (long long)per_route[i].by_class[k]);
			}
}

static void write_histogram(struct buf *out, size_t i) {
	const struct per_route *p = &per_route[i];
	int64_t sum = 0;
	for (int b = 0; b <= BUCKETS; b++) {
		sum += p->bucket[b];
		buf_lit(out, "bokgi_http_request_duration_seconds_bucket{");
		labels(out, i);
		if (b < BUCKETS)
			buf_printf(out, ",le=\"%g\"} %lld\n", bucket_seconds[b], (long long)sum);
		else
			buf_printf(out, ",le=\"+Inf\"} %lld\n", (long long)sum);
	}
	buf_lit(out, "bokgi_http_request_duration_seconds_sum{");
	labels(out, i);
	buf_printf(out, "} %.6f\nbokgi_http_request_duration_seconds_count{", (double)p->total_us / 1e6);
	labels(out, i);
	buf_printf(out, "} %lld\n", (long long)sum);
}

static void write_durations(struct buf *out) {
	head(out, "bokgi_http_request_duration_seconds", "histogram", "Time from the head of a request to its reply.");
	for (size_t i = 0; i <= 512; i++)
		if (all_classes(&per_route[i]))
			write_histogram(out, i);
}

static void write_process(struct buf *out) {
	long pages = 0, resident = 0;
	FILE *f = fopen("/proc/self/statm", "re");
	if (f && fscanf(f, "%ld %ld", &pages, &resident) == 2)
		single(out, "process_resident_memory_bytes", "gauge", "Resident memory.", (double)resident * (double)sysconf(_SC_PAGESIZE));
	if (f)
		fclose(f);
}

void metrics_write(struct engine *e, struct stream_hub *hub, struct buf *out) {
	struct writer_stats w = writer_stats(e->writer);
	struct stream_stats s = stream_stats(hub);
	head(out, "bokgi_build_info", "gauge", "Always 1; the version is a label.");
	buf_lit(out, "bokgi_build_info{version=\"" BOKGI_VERSION "\"} 1\n");
	write_counts(out);
	write_durations(out);
	single(out, "bokgi_writes_total", "counter", "Jobs run by the writer.", (double)w.jobs);
	single(out, "bokgi_write_batches_total", "counter", "Transactions of the writer.", (double)w.batches);
	single(out, "bokgi_write_replays_total", "counter", "Batches that were rolled back and replayed one by one.", (double)w.replays);
	single(out, "bokgi_write_commit_failures_total", "counter", "Commits that failed.", (double)w.failed_commits);
	single(out, "bokgi_writes_waiting", "gauge", "Jobs waiting for the writer.", (double)w.waiting);
	single(out, "bokgi_event_position", "gauge", "Newest event published here.", (double)feed_position(e->feed));
	single(out, "bokgi_stream_subscribers", "gauge", "Open live streams.", (double)s.subscribers);
	single(out, "bokgi_stream_messages_total", "counter", "Messages published to live streams.", (double)s.published);
	single(out, "bokgi_stream_deliveries_total", "counter", "Messages put into queues of live streams.", (double)s.delivered);
	single(out, "bokgi_stream_dropped_total", "counter", "Live streams ended because they could not keep up.", (double)s.dropped);
	write_process(out);
}
