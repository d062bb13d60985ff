/* The first page. */
#ifndef APP_HOME_H
#define APP_HOME_H

#include "core/op.h"

extern const struct room home_room;

#endif
