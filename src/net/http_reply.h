/* Headers of replies. For http_server.c. */
#ifndef NET_HTTP_REPLY_H
#define NET_HTTP_REPLY_H

#include "net/http_server.h"

/* No control characters in any value. */
bool http_reply_headers_safe(const struct http_reply_header *headers, size_t n);
/* p == NULL when absent. */
str http_reply_header_find(const struct http_reply_header *headers, size_t n, str name);
/* Is a body of so many bytes worth compressing? */
bool http_reply_compressible(const struct http_reply_header *headers, size_t n, size_t bytes);
/* Status line and headers of a stream that ends with the connection. */
void http_stream_head(struct buf *out, const struct http_reply_header *headers, size_t n);

#endif
