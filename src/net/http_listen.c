#include "net/http_listen.h"

#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

enum { BACKLOG = 1024 };

static int failed(int fd, struct buf *why, const char *what, const char *where) {
	buf_printf(why, "cannot %s %s: %s", what, where, strerror(errno));
	if (fd >= 0)
		close(fd);
	return -1;
}

static int listen_at(const struct addrinfo *at, const char *where, struct buf *why) {
	int on = 1, off = 0;
	int fd = socket(at->ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return failed(fd, why, "open a socket for", where);
	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
	/* "::" takes IPv4 too, whatever the system's default is. */
	if (at->ai_family == AF_INET6)
		setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &off, sizeof off);
	if (bind(fd, at->ai_addr, at->ai_addrlen) != 0 || listen(fd, BACKLOG) != 0)
		return failed(fd, why, "listen on", where);
	return fd;
}

int http_listen_tcp(str address, int port, struct buf *why) {
	char host[256], service[16], where[300];
	struct addrinfo want = { .ai_family = AF_UNSPEC, .ai_socktype = SOCK_STREAM, .ai_flags = AI_PASSIVE | AI_NUMERICSERV }, *found = NULL;
	snprintf(host, sizeof host, "%.*s", STR_FMT(address));
	snprintf(service, sizeof service, "%d", port);
	snprintf(where, sizeof where, "%s port %d", host, port);
	int wrong = getaddrinfo(host, service, &want, &found);
	if (wrong) {
		buf_printf(why, "cannot listen on %s: %s", where, gai_strerror(wrong));
		return -1;
	}
	int fd = listen_at(found, where, why);
	freeaddrinfo(found);
	return fd;
}

int http_listen_unix(const char *path, struct buf *why) {
	struct sockaddr_un at = { .sun_family = AF_UNIX };
	if (strlen(path) >= sizeof at.sun_path) {
		buf_printf(why, "the path of the socket is longer than %zu bytes: %s", sizeof at.sun_path - 1, path);
		return -1;
	}
	strcpy(at.sun_path, path);
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return failed(fd, why, "open a socket for", path);
	struct stat there;
	if (lstat(path, &there) == 0 && S_ISSOCK(there.st_mode))
		unlink(path);
	/* Linux gives the file the mode of the socket, so that it is never open to others, not even between bind and chmod. */
	if (fchmod(fd, 0600) != 0 || bind(fd, (struct sockaddr *)&at, sizeof at) != 0 || chmod(path, 0600) != 0 || listen(fd, BACKLOG) != 0)
		return failed(fd, why, "listen on", path);
	return fd;
}

void http_listen_close(int fd) {
	int listening = 0;
	socklen_t n = sizeof listening;
	if (getsockopt(fd, SOL_SOCKET, SO_ACCEPTCONN, &listening, &n) == 0 && listening)
		close(fd);
}

static in_port_t port_of(const struct sockaddr_storage *at) {
	if (at->ss_family == AF_INET)
		return ntohs(((const struct sockaddr_in *)at)->sin_port);
	return at->ss_family == AF_INET6 ? ntohs(((const struct sockaddr_in6 *)at)->sin6_port) : 0;
}

int http_listen_port(int fd) {
	struct sockaddr_storage at = { 0 };
	socklen_t n = sizeof at;
	return getsockname(fd, (struct sockaddr *)&at, &n) == 0 ? port_of(&at) : 0;
}

bool http_peer_address(const struct sockaddr *from, struct http_address *out) {
	if (from && from->sa_family == AF_INET) {
		memcpy(out->bytes, "\0\0\0\0\0\0\0\0\0\0\xff\xff", 12);
		memcpy(out->bytes + 12, &((const struct sockaddr_in *)from)->sin_addr, 4);
		return true;
	}
	if (from && from->sa_family == AF_INET6) {
		memcpy(out->bytes, &((const struct sockaddr_in6 *)from)->sin6_addr, 16);
		return true;
	}
	return false;
}

int64_t http_peer_uid(int fd) {
	struct ucred who;
	socklen_t n = sizeof who;
	return getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &who, &n) == 0 ? (int64_t)who.uid : -1;
}

size_t http_raise_file_limit(void) {
	struct rlimit limit;
	if (getrlimit(RLIMIT_NOFILE, &limit) != 0)
		return 1024;
	limit.rlim_cur = limit.rlim_max;
	setrlimit(RLIMIT_NOFILE, &limit);
	getrlimit(RLIMIT_NOFILE, &limit);
	return limit.rlim_cur == RLIM_INFINITY ? 1 << 20 : (size_t)limit.rlim_cur;
}

bool http_networks_parse(const str *texts, size_t n, struct http_network *out, size_t *out_n, struct buf *why) {
	for (*out_n = 0; *out_n < n; ++*out_n)
		if (*out_n == HTTP_NETWORKS || !http_network_parse(texts[*out_n], &out[*out_n])) {
			buf_printf(why, "not an address of a proxy, or more than %d of them: %.*s", HTTP_NETWORKS, STR_FMT(texts[*out_n]));
			return false;
		}
	return true;
}

bool http_read_pem(const char *path, char **out, struct buf *why) {
	struct buf text = { .limit = 1 << 20 };
	FILE *f = fopen(path ? path : "", "re");
	size_t n = 0;
	char room[4096];
	while (f && (n = fread(room, 1, sizeof room, f)) > 0)
		buf_add(&text, (str){ room, n });
	bool ok = f && !ferror(f);
	if (!ok)
		buf_printf(why, "cannot read the certificate or key %s: %s", path ? path : "(none named)", strerror(errno));
	if (f)
		fclose(f);
	buf_addc(&text, '\0');
	ok = ok && buf_ok(&text);
	*out = ok ? buf_take(&text, &n) : NULL;
	buf_free(&text);
	return ok;
}
