#include "core/noun.h"

const char *noun_word(enum lang lang, const char *name) {
	/* Not read: it tells the catalogue that these words are shown. */
	static const char *const words[] UNUSED = { N_("incident"), N_("document"), N_("action"), N_("alert"), N_("mitigation"), N_("timeline"), N_("delivery"), N_("cause"),
		N_("impact"), N_("window"), N_("lesson"), N_("comment") };
	return tr(lang, name);
}
