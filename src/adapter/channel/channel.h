/* A way in which bokgi tells people something outside its pages. One file with one CHANNEL is one channel; feature/delivery keeps what is to be sent, when and how often, and a channel
 * only puts one message into its form and hands it over. The generic test (channel_test.c) asks every channel for the same message.
 *
 *   static enum st compose(struct arena *a, const struct channel_message *m, struct buf *out) { … }
 *   static enum st send(…) { … }
 *   CHANNEL(mail, .title = N_("Mail"), .ready = ready, .address_ok = address_ok, .compose = compose, .send = send);
 */
#ifndef ADAPTER_CHANNEL_CHANNEL_H
#define ADAPTER_CHANNEL_CHANNEL_H

#include <stdatomic.h>

#include "base/registry.h"
#include "core/ctx.h"

/* How this process sends; from the command line, never in the database. Strings live as long as the process. */
struct channel_settings {
	const char *smtp_url;      /* smtp://HOST[:PORT] or smtps://HOST[:PORT], without a login; NULL: no mail is sent */
	const char *smtp_user, *smtp_password; /* NULL: no login */
	const char *smtp_ca;       /* file of certificates; NULL: the system's */
	bool smtp_plain;           /* without encryption when the server offers none */
	str from_name, from;       /* sender of mails */
	str public_url;            /* "https://bokgi.example.org", without a slash at the end; empty: links cannot be written */
	str domains;               /* "example.org,example.com": addresses without an account may be written to there; empty: nowhere */
};
/* Before an engine is opened. NULL: nothing is set up. */
void channel_configure(const struct channel_settings *s);
const struct channel_settings *channel_settings(void);

/* One message to one receiver. The same message has the same id and the same bytes, however often it is handed over. */
struct channel_message {
	str id;            /* "7.Zm9v…": unique in the world together with the sender's domain */
	str thread;        /* "incident-7": what it belongs to; messages of one thread stand together */
	str answers;       /* id of the message before it to the same receiver, or empty */
	str to_name, to;   /* to: an address of the channel */
	str reply_to;      /* an address, or empty */
	str subject;
	str markdown;      /* links that begin with / are ours */
	int64_t at;        /* when it was written */
	const struct zone *zone; /* the receiver's */
	enum lang lang;
};

struct channel {
	const char *name, *title;
	bool (*ready)(void);
	bool (*address_ok)(str address);
	/* Its bytes; ST_INVALID: this can never be sent, why says so. */
	enum st (*compose)(struct arena *a, const struct channel_message *m, struct buf *out);
	/* ST_OK: it was taken. ST_INVALID: refused for good. Anything else: try again later. why is for an administrator and holds no secret. */
	enum st (*send)(const struct channel_message *m, str bytes, const atomic_bool *stop, struct buf *why);
};
#define CHANNEL(channel_name, ...)                                                                                              \
	static const struct channel channel_##channel_name = { .name = #channel_name, __VA_ARGS__ };                                \
	REGISTER(channel, channel_##channel_name)

/* NULL when there is none of that name. */
const struct channel *channel_find(str name);
/* The i-th by name; NULL past the last. */
const struct channel *channel_at(size_t i);

/* "/incidents/INC-7" as people outside reach it; empty without a public address. In a. */
str channel_link(struct arena *a, str path);

#endif
