/*
 * milter.h -- the one place that includes libmilter
 *
 * Without SM_CONF_STDBOOL_H the header makes `bool` an int of its own, which clashes with <stdbool.h>.
 */
#ifndef REFERENCE_FILTER_MILTER_H
#define REFERENCE_FILTER_MILTER_H

#define SM_CONF_STDBOOL_H 1
#include <libmilter/mfapi.h>

#endif
