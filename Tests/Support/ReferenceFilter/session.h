/*
 * session.h -- what the filter remembers of one milter session
 *
 * A session is numbered from 1 by the first callback that looks at it: negotiation for a fresh connection, CONNECT for
 * one that follows SMFIC_QUIT_NC on the same socket. Freed in the close callback.
 */
#ifndef REFERENCE_FILTER_SESSION_H
#define REFERENCE_FILTER_SESSION_H

#include "milter.h"
#include "stage.h"

struct session {
    unsigned long number;
    unsigned calls[STAGE_COUNT];
    unsigned long steps;
};

/* The session of a context, made when there is none. Never NULL: out of memory ends the process. */
struct session *session_of(SMFICTX *context);

/* Forgets the session of a context. */
void session_end(SMFICTX *context);

#endif
