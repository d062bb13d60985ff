/* Connections that left the server: making them, for http_server.c. What is done with them is in http_server.h. */
#ifndef NET_HTTP_SOCKET_H
#define NET_HTTP_SOCKET_H

#include <gnutls/gnutls.h>

#include "net/http_server.h"

/* Take the connection behind fd and leave a socket that leads nowhere under that number, for the library that still knows it. No epoll set may hold fd. NULL: it stayed. */
struct http_socket *http_socket_take(int fd);
/* With TLS the session, and so the connection, stays where it is; release(data) at the close gives it back. */
struct http_socket *http_socket_borrow(int fd, gnutls_session_t session, void (*release)(void *data), void *data);

#endif
