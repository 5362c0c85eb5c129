// Who talks and what they say: made-up clients of several dialects, the same for the same seed.
#ifndef MILTER_LOAD_TRAFFIC_H
#define MILTER_LOAD_TRAFFIC_H

#include "protocol.h"

enum { clients_of_traffic = 4000, headers_of_message = 8, length_of_body = 1024 };

// One session's words, as Postfix would hand them to a filter.
struct persona {
    char address[48];
    char name[64];       // verified name, or "unknown"
    char pointer[64];    // name before verification
    const char *resolve;
    uint16_t port;
    bool is_ipv6;
    char helo[64];
    char sender[96], recipient[96];  // without brackets
    char mail[3][112];   // MAIL's arguments; empty: no more
    char rcpt[2][128];   // RCPT's arguments
    char queue_id[16];
    unsigned size;
};

void persona_make(struct persona *persona, uint64_t seed, uint64_t serial);

// Appends the macro packet of a stage: the names asked for that Postfix would know by then.
void traffic_macros(struct buffer *buffer, const struct persona *persona, enum stage stage, const char *names);

// Appends the packet of a stage. `header` counts from 0 and matters at that stage only.
void traffic_event(
    struct buffer *buffer, const struct persona *persona, enum stage stage, int header, uint32_t steps);

#endif
