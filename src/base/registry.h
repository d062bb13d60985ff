/* Many of a kind register themselves: one file defines one constant and puts a pointer to it into a linker section; the registry walks the section.
 * Link such files as objects (members of a static library vanish). Sort before use: link order means nothing.
 *
 *   REGISTER(alert_source, alertmanager_source);             in the file that defines it
 *   REGISTRY_OF(alert_source);                               once, where the registry is read
 *   REGISTRY_EACH(alert_source, struct alert_source, s) …    s is a const struct alert_source *
 */
#ifndef BASE_REGISTRY_H
#define BASE_REGISTRY_H

/* No sanitizer padding: the section is read as one array. (gcc pads no section that is named.) */
#ifdef __clang__
#define REGISTRY_UNPADDED no_sanitize("address")
#else
#define REGISTRY_UNPADDED unused
#endif
#define REGISTER(section_name, object)                                                                                          \
	__attribute__((used, section("reg_" #section_name), REGISTRY_UNPADDED)) static const void *const registered_##object = &(object)

#define REGISTRY_OF(section_name)                                                                                               \
	extern const void *const __start_reg_##section_name[] __attribute__((weak));                                                \
	extern const void *const __stop_reg_##section_name[] __attribute__((weak))

#define REGISTRY_EACH(section_name, type, s)                                                                                    \
	for (const void *const *s##_at = __start_reg_##section_name; s##_at < __stop_reg_##section_name; s##_at++)                  \
		for (type const *s = (type const *)*s##_at; s; s = NULL)

#endif
