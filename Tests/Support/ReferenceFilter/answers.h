/*
 * answers.h -- what the command line says the filter answers
 *
 * A rule is STAGE=RESPONSE or STAGE#N=RESPONSE, N counting the callbacks of that stage in the session from 1.
 * At a callback all matching rules are walked through in the order given. A response that acts (progress, hang, exit,
 * addheader, insheader, chgheader, quarantine) acts at once; of the responses that decide (continue, accept, discard,
 * reject, tempfail, skip, reply) the last one decides. Without any the answer is "continue".
 */
#ifndef REFERENCE_FILTER_ANSWERS_H
#define REFERENCE_FILTER_ANSWERS_H

#include <stdbool.h>

#include "milter.h"
#include "stage.h"

/* Adds a rule. Returns NULL, or what is wrong with it. */
const char *answers_add(const char *rule);

/* Whether there is any rule. */
bool answers_exist(void);

/* Carries out the rules for the `call`-th callback of a stage and returns the verdict for libmilter. */
sfsistat answers_give(SMFICTX *context, enum stage stage, unsigned call);

#endif
