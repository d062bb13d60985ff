#include "base/testing.h"
#include "core/noun.h"
#include "core/op.h"

/* Every noun that an operation may not find has a Korean word. */
TEST(noun, is_called_by_a_word_of_the_language) {
	const struct op *op;
	assert_int_equal(i18n_init(), ST_OK);
	assert_str(str_c(noun_word(LANG_KO, "incident")), "장애");
	assert_str(str_c(noun_word(LANG_EN, "incident")), "incident");
	for (size_t i = 0; (op = op_at(i)); i++)
		if (op->noun && strcmp(noun_word(LANG_KO, op->noun->name), op->noun->name) == 0)
			fail_msg("%s has no Korean word in core/noun.c", op->noun->name);
}
