/* The command line: bokgi NOUN VERB for every operation, and the tools that need no server. stdout is data, stderr is messages. */
#ifndef APP_COMMAND_H
#define APP_COMMAND_H

#include <stdbool.h>

struct arena;

enum { EXIT_DONE = 0, EXIT_FAILED = 1, EXIT_USAGE = 2, EXIT_NOT_FOUND = 3, EXIT_DENIED = 4, EXIT_CONFLICT = 5, EXIT_UNAVAILABLE = 6, EXIT_FINDINGS = 10 };

/* Exit code of the process. */
int command_main(int argc, char **argv);
/* The exit code that stands for an HTTP status. */
int exit_code(int status);
/* Is a server listening on this socket of a data folder? */
bool command_server_answers(const char *socket_path);
/* A fresh Idempotency-Key. */
char *command_new_key(struct arena *a);

#endif
