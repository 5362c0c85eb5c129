/*
 * macros.h -- the macros that are asked for and recorded
 */
#ifndef REFERENCE_FILTER_MACROS_H
#define REFERENCE_FILTER_MACROS_H

#include "milter.h"
#include "record.h"

/* Tells the MTA which macros to send at which stage. */
void macros_request(SMFICTX *context);

/* Adds a line "S<session> macro name="value"" for each macro that has a value now, in the order of the list. */
void macros_record(SMFICTX *context, struct line *line, unsigned long session);

#endif
