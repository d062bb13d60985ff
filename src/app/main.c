#include <stdio.h>

int main(void) {
	puts("bokgi " BOKGI_VERSION);
	return 0;
}
