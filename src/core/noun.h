/* What a kind of record is called in a sentence. */
#ifndef CORE_NOUN_H
#define CORE_NOUN_H

#include "core/i18n.h"

/* name is a noun's ("incident"), or that of something within a record ("cause"). */
const char *noun_word(enum lang lang, const char *name);

#endif
