/* bokgi serve: opens the engine, listens, ends on SIGTERM or SIGINT. */
#ifndef APP_SERVER_H
#define APP_SERVER_H

/* Exit code of the process. */
int server_main(int argc, char **argv);

#endif
