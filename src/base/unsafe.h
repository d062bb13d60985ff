/* The counter-proof of test/hostile.test.mjs: that attacks which do nothing in bokgi do run where nothing keeps them from it. The program bokgi_unsafe is
 * linked from the same objects, but for the few files that meson.build names: there UNSAFE_HTML is true, raw HTML passes and no policy is sent. It is built for the tests
 * only, never installed, and serves nobody who has not set BOKGI_TEST_UNSAFE_HTML. */
#ifndef BASE_UNSAFE_H
#define BASE_UNSAFE_H

#ifdef BOKGI_UNSAFE_HTML
enum { UNSAFE_HTML = 1 };
#else
enum { UNSAFE_HTML = 0 };
#endif

#endif
