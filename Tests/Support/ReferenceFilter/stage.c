#include "stage.h"

#include <string.h>

#include "milter.h"

static const struct {
    const char *name;
    unsigned long no_reply_step;
} stages[STAGE_COUNT] = {
    [STAGE_CONNECT] = {"connect", SMFIP_NR_CONN},
    [STAGE_HELO] = {"helo", SMFIP_NR_HELO},
    [STAGE_MAIL] = {"mail", SMFIP_NR_MAIL},
    [STAGE_RCPT] = {"rcpt", SMFIP_NR_RCPT},
    [STAGE_DATA] = {"data", SMFIP_NR_DATA},
    [STAGE_UNKNOWN] = {"unknown", SMFIP_NR_UNKN},
    [STAGE_HEADER] = {"header", SMFIP_NR_HDR},
    [STAGE_EOH] = {"eoh", SMFIP_NR_EOH},
    [STAGE_BODY] = {"body", SMFIP_NR_BODY},
    [STAGE_EOM] = {"eom", 0},
};

const char *stage_name(enum stage stage)
{
    return stages[stage].name;
}

enum stage stage_named(const char *name, size_t length)
{
    for (enum stage stage = 0; stage < STAGE_COUNT; stage++)
        if (strlen(stages[stage].name) == length && memcmp(stages[stage].name, name, length) == 0)
            return stage;
    return STAGE_COUNT;
}

unsigned long stage_no_reply_step(enum stage stage)
{
    return stages[stage].no_reply_step;
}
