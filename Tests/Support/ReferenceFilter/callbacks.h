/*
 * callbacks.h -- the thirteen functions libmilter calls
 */
#ifndef REFERENCE_FILTER_CALLBACKS_H
#define REFERENCE_FILTER_CALLBACKS_H

#include <stdbool.h>

#include "milter.h"

/* What the callbacks do; set once before the filter runs. */
struct behaviour {
    bool is_idle;           /* neither records nor answers: every callback returns at once */
    bool records_macros;
    unsigned long no_reply; /* SMFIP_NR_* to promise if the MTA offers them */
    unsigned long without;  /* SMFIP_NO* to ask for if the MTA offers them */
};

extern struct behaviour behaviour;

/* The description to register: every callback, every action. */
extern const struct smfiDesc filter_description;

#endif
