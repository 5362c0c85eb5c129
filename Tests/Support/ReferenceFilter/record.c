#include "record.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define MARK "...\n" /* ends a line that was cut */

static int record = -1;

bool record_open(const char *path)
{
    record = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
    return record >= 0;
}

bool record_is_open(void)
{
    return record >= 0;
}

static size_t room(const struct line *line)
{
    return sizeof line->text - sizeof MARK - line->length;
}

static void add(struct line *line, const char *text, size_t length)
{
    size_t fits = length < room(line) ? length : room(line);

    memcpy(line->text + line->length, text, fits);
    line->length += fits;
}

void line_begin(struct line *line, unsigned long session, const char *event)
{
    line_add(line, "S%lu %s", session, event);
}

void line_add(struct line *line, const char *format, ...)
{
    char text[1024];
    va_list arguments;
    int length;

    va_start(arguments, format);
    length = vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    if (length > 0)
        add(line, text, (size_t)length < sizeof text ? (size_t)length : sizeof text - 1);
}

void line_add_quoted(struct line *line, const char *string)
{
    add(line, "\"", 1);
    for (const unsigned char *c = (const unsigned char *)string; *c != '\0'; c++) {
        if (*c < 0x20 || *c > 0x7e || *c == '"' || *c == '\\')
            line_add(line, "\\x%02x", *c);
        else
            add(line, (const char *)c, 1);
    }
    add(line, "\"", 1);
}

void line_end(struct line *line)
{
    if (room(line) == 0) {
        memcpy(line->text + line->length, MARK, sizeof MARK - 1);
        line->length += sizeof MARK - 1;
    } else {
        line->text[line->length++] = '\n';
    }
}

void line_write(const struct line *line)
{
    ssize_t written;

    do
        written = write(record, line->text, line->length);
    while (written < 0 && errno == EINTR);
    if (written != (ssize_t)line->length) {
        perror("record");
        exit(1);
    }
}
