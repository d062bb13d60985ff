/* From the options of bokgi serve to how this process sends mail. */
#ifndef APP_MAIL_SETTINGS_H
#define APP_MAIL_SETTINGS_H

#include "app/settings.h"

/* Sets up the channels (adapter/channel) and the pauses of the outbox. Without --smtp nothing is sent. ST_INVALID with a sentence in why, never with a password. What it keeps lives
 * as long as the process. */
MUST_CHECK enum st mail_settings_apply(const struct settings *s, struct buf *why);

#endif
