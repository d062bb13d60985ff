#include "text/markdown_private.h"

enum {
	HEADER_CELLS = 2000, /* the parser is quadratic in what stands before a table's ruler, */
	MANY_ADDRESSES = 5000, /* and slow with many '@' */
};

/* A line that may make a table of the line before it. */
static bool ruler(str line) {
	bool dash = false;
	for (size_t i = 0; i < line.n; i++) {
		if (!strchr("|-: \t\r\v\f>", line.p[i]) || !line.p[i])
			return false;
		dash |= line.p[i] == '-';
	}
	return dash;
}

static size_t count(str s, char ch) {
	size_t n = 0;
	for (size_t i = 0; i < s.n; i++)
		n += s.p[i] == ch;
	return n;
}

/* Cells of a row; a pipe at either end makes none. */
static size_t cells_of(str row) {
	row = str_trim(row);
	size_t n = row.n && row.p[0] != '|';
	for (size_t i = 0; i < row.n; i++) {
		if (row.p[i] == '\\')
			i++;
		else if (row.p[i] == '|' && i + 1 < row.n)
			n++;
	}
	return n;
}

bool md_tables_are_cheap(str text) {
	size_t paragraph = 0, above = 0;
	bool table = false;
	/* A cell takes a byte, a line its end. */
	if (text.n < HEADER_CELLS)
		return true;
	while (text.p) {
		str line = str_cut(&text, '\n');
		size_t cells = cells_of(line);
		if (str_trim(line).n == 0) {
			paragraph = 0;
			table = false;
		} else if (!table && ruler(line)) {
			if (paragraph > HEADER_CELLS)
				return false;
			table = cells == above;
		}
		paragraph += 1 + cells + count(line, '\r');
		above = cells;
	}
	return true;
}

size_t md_addresses(str text) {
	return count(text, '@');
}

bool md_addresses_are_few(size_t n) {
	return n < MANY_ADDRESSES;
}
