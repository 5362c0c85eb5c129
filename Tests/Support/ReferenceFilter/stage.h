/*
 * stage.h -- the callbacks that can be answered, by name
 */
#ifndef REFERENCE_FILTER_STAGE_H
#define REFERENCE_FILTER_STAGE_H

#include <stddef.h>

enum stage {
    STAGE_CONNECT,
    STAGE_HELO,
    STAGE_MAIL,
    STAGE_RCPT,
    STAGE_DATA,
    STAGE_UNKNOWN,
    STAGE_HEADER,
    STAGE_EOH,
    STAGE_BODY,
    STAGE_EOM,
    STAGE_COUNT
};

/* The name of a stage on the command line and in the record. */
const char *stage_name(enum stage stage);

/* The stage whose name is the first `length` bytes of `name`, or STAGE_COUNT. */
enum stage stage_named(const char *name, size_t length);

/* The negotiation bit by which a filter promises no reply to this stage, or 0 if there is none (eom). */
unsigned long stage_no_reply_step(enum stage stage);

/* The negotiation bit by which a filter asks not to be told of this stage, or 0 if there is none (eom). */
unsigned long stage_without_step(enum stage stage);

#endif
