/* What a request head must look like, without any library: the target cut and decoded, the headers that decide how long the request is, the client's address behind
 * proxies, cookies, encodings. Pure functions for http_server.c, which alone sees libmicrohttpd. */
#ifndef NET_HTTP_HEAD_H
#define NET_HTTP_HEAD_H

#include "net/http_server.h"

enum { HTTP_TARGET_MAX = 4096 };

/* status 0: nothing wrong. */
struct http_refusal {
	int status;
	const char *code; /* "http.bad_target" … stable */
};

/* Cut the raw target into path, query and decoded segments of head. room takes the decoded bytes and holds at least target.n of them. */
struct http_refusal http_target_parse(str target, char *room, struct http_head *head);

/* Walk the headers in the order they came in, then ask. Start with {0}.
 *
 * libmicrohttpd 0.9.75 cuts the head in place, so what it hands out must lie in memory as it came over the wire: target NUL version NUL NUL name NUL blanks value NUL NUL
 * name … Anything else is a folded line (which it joins to the header's name), a NUL byte, or a bare line feed: each can make a proxy see another request than we do. With
 * next set to where the first name must be, the order is checked; the bytes between must be readable as far as they are in order. */
struct http_head_check {
	int hosts, lengths, codings;
	str length, coding;
	bool bad_name, bad_value;
	const char *next; /* NULL: another version of the library, order not checked */
	bool broken;
};
void http_check_header(struct http_head_check *c, str name, str value);
/* http_1_1: the version is 1.1 or later. *content_length: 0 without a body, -1 when chunked. */
struct http_refusal http_check_result(const struct http_head_check *c, bool http_1_1, int64_t *content_length);

/* An address as 16 bytes, IPv4 mapped into IPv6, and the network around it. */
struct http_address {
	unsigned char bytes[16];
};
struct http_network {
	struct http_address address;
	int bits; /* of 128 */
};
/* "192.0.2.1", "2001:db8::1", "[2001:db8::1]"; with_port: also "192.0.2.1:99", "[::1]:99". False when it is none. */
bool http_address_parse(str s, bool with_port, struct http_address *out);
/* An address, or "10.0.0.0/8". */
bool http_network_parse(str s, struct http_network *out);
bool http_network_has(const struct http_network *networks, size_t n, const struct http_address *a);
/* IPv4 as IPv4. The text is NUL-terminated in room, which has at least 46 bytes. */
str http_address_text(const struct http_address *a, char *room);

/* What proxies say: walk the headers in the order they came in, then ask for the last address that is none of the networks. False when none is named: then the connection's
 * own address counts. What an untrusted hand wrote further left is never looked at. */
enum { HTTP_FORWARDED_LINES = 8 };
struct http_forwarded {
	str lines[HTTP_FORWARDED_LINES]; /* of X-Forwarded-For, the last one first */
	int n;
	bool https; /* X-Forwarded-Proto */
};
void http_forwarded_header(struct http_forwarded *f, str name, str value);
bool http_forwarded_client(const struct http_forwarded *f, const struct http_network *trusted, size_t n, struct http_address *out);

/* Value of a cookie in a Cookie header; p == NULL when absent. */
str http_cookie_find(str header, str name);
/* Does Accept-Encoding take gzip? */
bool http_accepts_gzip(str accept_encoding);
/* Is a body of this media type smaller when compressed? */
bool http_type_is_text(str content_type);

#endif
