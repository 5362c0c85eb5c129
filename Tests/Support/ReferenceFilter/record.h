/*
 * record.h -- a line per callback
 *
 * A line is composed in a bounded buffer on the stack and written with one write(2) to a file opened for appending, so
 * that sessions on different threads do not mix within a line. What does not fit is cut and marked with "...".
 */
#ifndef REFERENCE_FILTER_RECORD_H
#define REFERENCE_FILTER_RECORD_H

#include <stdbool.h>
#include <stddef.h>

#define RECORD_SIZE 16384

struct line {
    size_t length;
    char text[RECORD_SIZE];
};

/* Opens the record. Returns false with errno set if that fails. */
bool record_open(const char *path);

bool record_is_open(void);

/* Begins a line: "S<session> <event>". A line may be begun behind another one, they are written together. */
void line_begin(struct line *line, unsigned long session, const char *event);

/* Adds text as it is. */
void line_add(struct line *line, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Adds a string in double quotes: \xNN for bytes outside 0x20..0x7e and for the quote and the backslash. */
void line_add_quoted(struct line *line, const char *string);

void line_end(struct line *line);

/* Writes what has been composed. */
void line_write(const struct line *line);

#endif
