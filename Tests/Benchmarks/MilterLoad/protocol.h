// The MTA's side of the milter protocol, version 6: packets out, negotiation and replies in.
#ifndef MILTER_LOAD_PROTOCOL_H
#define MILTER_LOAD_PROTOCOL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    protocol_version = 6,
    offered_actions = 0x1ff,    // what Postfix 3.7 lets a filter do
    offered_steps = 0x1fffff,   // every skip and no-reply flag, SKIP, RCPT_REJ, HDR_LEADSPC
    step_leading_space = 0x100000,
    largest_packet = 1 << 20,   // a longer one means that the two sides lost step
};

// The stages of a session, in the order in which an MTA reports them.
enum stage {
    stage_negotiate,
    stage_connect,
    stage_helo,
    stage_mail,
    stage_rcpt,
    stage_data,
    stage_header,
    stage_eoh,
    stage_body,
    stage_eom,
    stage_count,
};

struct stage_facts {
    const char *name;
    char command;
    uint32_t skip_flag;      // negotiated: do not send this event
    uint32_t no_reply_flag;  // negotiated: do not wait for its answer
    int macro_list;          // index of its macro list on the wire, -1: the stage has none
};

extern const struct stage_facts stages[stage_count];

// A growing byte queue: appended at the end, consumed from `start`.
struct buffer {
    unsigned char *bytes;
    size_t start, end, capacity;
};

void buffer_reserve(struct buffer *buffer, size_t more);
void buffer_append(struct buffer *buffer, const void *bytes, size_t length);
void buffer_string(struct buffer *buffer, const char *text);  // with its NUL
void buffer_integer(struct buffer *buffer, uint32_t value);
void buffer_clear(struct buffer *buffer);
void buffer_free(struct buffer *buffer);

// Starts a packet; `packet_end` fills in the length that goes before it.
size_t packet_begin(struct buffer *buffer, char command);
void packet_end(struct buffer *buffer, size_t begin);
void packet_bare(struct buffer *buffer, char command);
void packet_negotiate(struct buffer *buffer);

enum { macro_lists = 7, macro_list_length = 384 };

// What the filter asked for.
struct negotiation {
    uint32_t version, actions, steps;
    char macros[macro_lists][macro_list_length];  // blank-separated names, per stage
};

struct reply {
    char command;
    const unsigned char *data;
    size_t length;
};

enum parse { parse_complete, parse_incomplete, parse_malformed };

// Takes one reply off the queue; its data stays valid until the queue is next appended to.
enum parse reply_next(struct buffer *buffer, struct reply *reply);

// Reads the filter's half of the negotiation; stages it does not name keep Postfix's default macros.
bool negotiation_parse(struct negotiation *negotiation, const struct reply *reply);

#endif
