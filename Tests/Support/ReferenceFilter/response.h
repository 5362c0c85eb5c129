/*
 * response.h -- one response of the command line
 *
 *   continue | accept | discard | reject | tempfail | skip      the plain verdicts
 *   reply:CODE:XCODE:TEXT       verdict with a text of its own; XCODE "-" is none, "\n" in TEXT starts a further line,
 *                               "%" is literal
 *   progress                    sends SMFIR_PROGRESS
 *   hang:SECONDS                sleeps
 *   exit                        ends the process with status 1 on the spot
 *   addheader:NAME:VALUE  insheader:INDEX:NAME:VALUE  chgheader:NAME:INDEX:VALUE  quarantine:REASON    at eom only
 */
#ifndef REFERENCE_FILTER_RESPONSE_H
#define REFERENCE_FILTER_RESPONSE_H

#include <stdbool.h>

#include "milter.h"

enum response_kind {
    RESPONSE_VERDICT,
    RESPONSE_REPLY,
    RESPONSE_PROGRESS,
    RESPONSE_HANG,
    RESPONSE_EXIT,
    RESPONSE_ADD_HEADER,
    RESPONSE_INSERT_HEADER,
    RESPONSE_CHANGE_HEADER,
    RESPONSE_QUARANTINE,
};

#define RESPONSE_LINES 32 /* smfi_setmlreply takes no more */

struct response {
    enum response_kind kind;
    sfsistat verdict;
    int number; /* seconds, or a header's index */
    char *code;
    char *enhanced_code; /* NULL: none */
    char *name;
    char *text;
    char *lines[RESPONSE_LINES + 1]; /* `%` doubled, NULL behind the last */
};

/* Fills in `response`. Returns NULL, or what is wrong with the text. */
const char *response_parse(struct response *response, const char *text);

bool response_needs_eom(const struct response *response);

/* Whether the response is a verdict, as opposed to something done on the way. */
bool response_decides(const struct response *response);

void response_act(const struct response *response, SMFICTX *context);

/* The status to return, after handing the reply's text to libmilter. */
sfsistat response_verdict(const struct response *response, SMFICTX *context);

#endif
