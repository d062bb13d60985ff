#include "net/http_reply.h"

#include <time.h>

#include "net/http_head.h"

enum { GZIP_FROM = 1024 };

bool http_reply_headers_safe(const struct http_reply_header *headers, size_t n) {
	for (size_t i = 0; i < n; i++)
		if (str_has_control(headers[i].value))
			return false;
	return true;
}

str http_reply_header_find(const struct http_reply_header *headers, size_t n, str name) {
	for (size_t i = 0; i < n; i++)
		if (str_eq_ascii_ci(str_c(headers[i].name), name))
			return headers[i].value;
	return STR_NONE;
}

bool http_reply_compressible(const struct http_reply_header *headers, size_t n, size_t bytes) {
	return bytes >= GZIP_FROM && http_type_is_text(http_reply_header_find(headers, n, STR("Content-Type"))) &&
	       !http_reply_header_find(headers, n, STR("Content-Encoding")).p;
}

void http_stream_head(struct buf *out, const struct http_reply_header *headers, size_t n) {
	char date[40];
	time_t now = time(NULL);
	struct tm tm;
	strftime(date, sizeof date, "%a, %d %b %Y %H:%M:%S GMT", gmtime_r(&now, &tm));
	buf_printf(out, "HTTP/1.1 200 OK\r\nDate: %s\r\nConnection: close\r\n", date);
	for (size_t i = 0; i < n; i++)
		buf_printf(out, "%s: %.*s\r\n", headers[i].name, STR_FMT(headers[i].value));
	buf_lit(out, "\r\n");
}
