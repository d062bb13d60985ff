/* Between HTTP and operations: routes, credentials, the same-origin proof, headers in and out, pages, the live stream's opening. Translates; decides nothing of the domain. */
#ifndef APP_EDGE_H
#define APP_EDGE_H

#include "core/engine.h"
#include "net/http_server.h"

struct edge_config {
	struct engine *engine;
	struct stream_hub *hub;
	const char *origin_host; /* NULL: take the Host header's word */
	bool insecure_http;      /* plain HTTP off loopback was allowed: plain cookie name, banner */
	int64_t owner_uid;       /* of the data folder */
};
struct edge;

MUST_CHECK enum st edge_new(const struct edge_config *config, struct edge **out);
void edge_free(struct edge *e);
/* To be put into struct http_config. */
struct http_callbacks edge_callbacks(struct edge *e);
/* After the server was started: read connections are one per server thread. */
void edge_attach(struct edge *e, struct http_server *s);
/* While draining, /readyz says 503 and streams end. */
void edge_drain(struct edge *e);

#endif
