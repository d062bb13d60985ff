/* Private to this room: the memory behind db_recall (db.h). */
#ifndef DB_RECALL_H
#define DB_RECALL_H

#include "db/driver.h"

struct db_recall;

/* The answer that is kept, or what run() says, which is then kept. *kept is made when it is first needed. */
enum st db_recall_run(struct db_recall **kept, const struct db_call *call, enum st (*run)(struct db *db, const struct db_call *call), struct db *db);
/* This statement runs: what was known of the table it writes is old. NULL is fine. */
void db_recall_note(struct db_recall *r, const struct db_call *call);
/* A transaction begins or was undone. */
void db_recall_forget(struct db_recall *r);
void db_recall_free(struct db_recall *r);

#endif
