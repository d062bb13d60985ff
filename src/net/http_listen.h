/* Listening sockets, and who is at the other end of an accepted one. For http_server.c. */
#ifndef NET_HTTP_LISTEN_H
#define NET_HTTP_LISTEN_H

#include <sys/socket.h>

#include "net/http_head.h"

/* A listening socket, non-blocking, closed on exec; -1 with the reason in why. address may be a host name; port 0 is any free one. */
int http_listen_tcp(str address, int port, struct buf *why);
/* Owner only (mode 0600) from the first moment on. A socket file that lies there is replaced: the caller holds the lock of the data folder. */
int http_listen_unix(const char *path, struct buf *why);
/* Close a socket made here, unless somebody did already (libmicrohttpd does on some of its ways to fail, not on others). */
void http_listen_close(int fd);
/* The port a socket is bound to, 0 when none. */
int http_listen_port(int fd);

/* false for a Unix socket. */
bool http_peer_address(const struct sockaddr *from, struct http_address *out);
/* User behind a Unix socket, -1 when unknown. */
int64_t http_peer_uid(int fd);

enum { HTTP_NETWORKS = 64 };
/* At most HTTP_NETWORKS of them; false with the reason in why. */
bool http_networks_parse(const str *texts, size_t n, struct http_network *out, size_t *out_n, struct buf *why);
/* A file of certificates or keys, NUL-terminated, malloc'ed; false with the reason in why. */
bool http_read_pem(const char *path, char **out, struct buf *why);

/* Allow as many open files as the system lets us have; returns how many. */
size_t http_raise_file_limit(void);

#endif
