#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "response.h"

static const struct {
    const char *name;
    enum response_kind kind;
    sfsistat verdict;
    const char *fields; /* c code, x enhanced code, l lines, i number, n name, t text (the rest); in their order */
} forms[] = {
    {"continue", RESPONSE_VERDICT, SMFIS_CONTINUE, ""},
    {"accept", RESPONSE_VERDICT, SMFIS_ACCEPT, ""},
    {"discard", RESPONSE_VERDICT, SMFIS_DISCARD, ""},
    {"reject", RESPONSE_VERDICT, SMFIS_REJECT, ""},
    {"tempfail", RESPONSE_VERDICT, SMFIS_TEMPFAIL, ""},
    {"skip", RESPONSE_VERDICT, SMFIS_SKIP, ""},
    {"reply", RESPONSE_REPLY, SMFIS_REJECT, "cxl"},
    {"progress", RESPONSE_PROGRESS, 0, ""},
    {"hang", RESPONSE_HANG, 0, "i"},
    {"exit", RESPONSE_EXIT, 0, ""},
    {"addheader", RESPONSE_ADD_HEADER, 0, "nt"},
    {"insheader", RESPONSE_INSERT_HEADER, 0, "int"},
    {"chgheader", RESPONSE_CHANGE_HEADER, 0, "nit"},
    {"quarantine", RESPONSE_QUARANTINE, 0, "t"},
};

static char *copy(const char *text, size_t length)
{
    char *result = strndup(text, length);

    if (result == NULL)
        abort();
    return result;
}

/* Splits the text of a reply at "\n" and doubles each "%", which libmilter's peer would take for a format. */
static const char *parse_lines(struct response *response, const char *text)
{
    size_t count = 0;
    char *line = copy("", 0);
    size_t length = 0;

    if ((line = realloc(line, 2 * strlen(text) + 1)) == NULL)
        abort();
    for (const char *c = text;; c++) {
        bool breaks = c[0] == '\\' && c[1] == 'n';

        if (*c != '\0' && !breaks) {
            line[length++] = *c;
            if (*c == '%')
                line[length++] = '%';
            continue;
        }
        if (count == RESPONSE_LINES)
            return "more than 32 lines";
        response->lines[count++] = copy(line, length);
        length = 0;
        if (*c == '\0')
            break;
        c++;
    }
    free(line);
    return NULL;
}

static const char *parse_code(struct response *response, const char *field, size_t length)
{
    if (length != 3 || (field[0] != '4' && field[0] != '5') || !isdigit((unsigned char)field[1])
        || !isdigit((unsigned char)field[2]))
        return "expected a reply code 4xx or 5xx";
    response->code = copy(field, length);
    response->verdict = field[0] == '4' ? SMFIS_TEMPFAIL : SMFIS_REJECT;
    return NULL;
}

static const char *parse_field(struct response *response, char kind, const char *field, size_t length)
{
    char *end;

    switch (kind) {
    case 'c':
        return parse_code(response, field, length);
    case 'x':
        response->enhanced_code = length == 1 && field[0] == '-' ? NULL : copy(field, length);
        return NULL;
    case 'l':
        return parse_lines(response, field);
    case 'i':
        response->number = (int)strtol(field, &end, 10);
        return length == 0 || end != field + length || response->number < 0 ? "expected a number" : NULL;
    case 'n':
        response->name = copy(field, length);
        return length == 0 ? "expected a header's name" : NULL;
    default:
        response->text = copy(field, length);
        return NULL;
    }
}

const char *response_parse(struct response *response, const char *text)
{
    size_t length = strcspn(text, ":");
    size_t form = 0;
    const size_t count = sizeof forms / sizeof forms[0];

    while (form < count && (strlen(forms[form].name) != length || memcmp(forms[form].name, text, length) != 0))
        form++;
    if (form == count)
        return "no such response";
    response->kind = forms[form].kind;
    response->verdict = forms[form].verdict;
    text += length;
    for (const char *field = forms[form].fields; *field != '\0'; field++) {
        const char *problem;

        if (*text++ != ':')
            return "too few fields";
        length = field[1] == '\0' ? strlen(text) : strcspn(text, ":");
        problem = parse_field(response, *field, text, length);
        if (problem != NULL)
            return problem;
        text += length;
    }
    return *text == '\0' ? NULL : "too many fields";
}
