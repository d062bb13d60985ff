/* Words for people, in their language. English text is the key (gettext); locale/ko.po has the Korean. The compiled catalogues are embedded and read here: setlocale is
 * one per process, and a fresh machine has only the C locale. Thread-safe after i18n_init. */
#ifndef CORE_I18N_H
#define CORE_I18N_H

#include "base/err.h"
#include "base/str.h"

enum lang { LANG_EN, LANG_KO, LANG_COUNT };

/* Marks text for the catalogue where it cannot be translated yet (tables). */
#define N_(text) text

/* Reads the embedded catalogues; ST_MALFORMED when one of them is broken. */
MUST_CHECK enum st i18n_init(void);
/* The translation, or the English itself. Static memory. A format keeps its conversions: checked by msgfmt --check. */
const char *tr(enum lang lang, const char *english) __attribute__((format_arg(2)));
/* ngettext: one for n == 1 (English), many else; Korean has one form. */
const char *tr_n(enum lang lang, const char *one, const char *many, int64_t n) __attribute__((format_arg(2), format_arg(3)));
const char *lang_code(enum lang lang); /* "en", "ko" */
bool lang_parse(str code, enum lang *out); /* "ko", "ko-KR" */
/* The best of ours for an Accept-Language header; fallback when it names none. */
enum lang lang_accept(str header, enum lang fallback);

#endif
