#include "net/http_socket.h"

#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

enum { TLS_RECORD = 4096 };

struct http_socket {
	int fd;
	gnutls_session_t tls; /* NULL: plain, and fd is ours */
	bool owes;            /* gnutls holds a record that the socket did not take */
	void (*release)(void *data);
	void *data;
};

/* No Nagle, no cork left over from the reply before; a client that ceased to acknowledge is given up after a minute. Fails on Unix sockets, which need none of it. */
static void prepare(int fd) {
	int on = 1, off = 0, patience_ms = 60000;
	setsockopt(fd, IPPROTO_TCP, TCP_CORK, &off, sizeof off);
	setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
	setsockopt(fd, IPPROTO_TCP, TCP_USER_TIMEOUT, &patience_ms, sizeof patience_ms);
}

static int swap_fd(int fd) {
	int mine = fcntl(fd, F_DUPFD_CLOEXEC, 0);
	int nowhere = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (mine >= 0 && (nowhere < 0 || dup3(nowhere, fd, O_CLOEXEC) < 0)) {
		close(mine);
		mine = -1;
	}
	if (nowhere >= 0)
		close(nowhere);
	return mine;
}

struct http_socket *http_socket_take(int fd) {
	struct http_socket *s = calloc(1, sizeof *s);
	if (s && (s->fd = swap_fd(fd)) < 0) {
		free(s);
		return NULL;
	}
	if (s)
		prepare(s->fd);
	return s;
}

struct http_socket *http_socket_borrow(int fd, gnutls_session_t session, void (*release)(void *data), void *data) {
	struct http_socket *s = calloc(1, sizeof *s);
	if (s) {
		*s = (struct http_socket){ .fd = fd, .tls = session, .release = release, .data = data };
		prepare(fd);
	}
	return s;
}

int http_socket_fd(const struct http_socket *s) {
	return s->fd;
}

/* Small pieces are put together: a record each would cost more than the copy. */
static ptrdiff_t send_tls(struct http_socket *s, const struct iovec *pieces, int n) {
	char together[TLS_RECORD];
	size_t used = 0;
	const void *p = together;
	for (int i = 0; i < n && used + pieces[i].iov_len <= sizeof together; i++) {
		memcpy(together + used, pieces[i].iov_base, pieces[i].iov_len);
		used += pieces[i].iov_len;
	}
	if (!used && n) {
		p = pieces[0].iov_base;
		used = pieces[0].iov_len;
	}
	/* A record that did not fit is kept by gnutls and asked for with nothing; its length is what was given then. */
	ssize_t sent = s->owes ? gnutls_record_send(s->tls, NULL, 0) : gnutls_record_send(s->tls, p, used);
	s->owes = sent == GNUTLS_E_AGAIN || sent == GNUTLS_E_INTERRUPTED;
	return s->owes ? 0 : sent < 0 ? -1 : sent;
}

ptrdiff_t http_socket_send(struct http_socket *s, const struct iovec *pieces, int n) {
	if (s->tls)
		return send_tls(s, pieces, n);
	struct msghdr m = { .msg_iov = (struct iovec *)(uintptr_t)pieces, .msg_iovlen = (size_t)n };
	ssize_t sent;
	do
		sent = sendmsg(s->fd, &m, MSG_DONTWAIT | MSG_NOSIGNAL);
	while (sent < 0 && errno == EINTR);
	return sent >= 0 ? sent : errno == EAGAIN || errno == EWOULDBLOCK ? 0 : -1;
}

void http_socket_close(struct http_socket *s) {
	if (s && s->tls)
		s->release(s->data);
	else if (s)
		close(s->fd);
	free(s);
}
