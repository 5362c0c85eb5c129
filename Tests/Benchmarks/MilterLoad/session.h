// One milter connection: says what an MTA would say and waits where an MTA would wait.
#ifndef MILTER_LOAD_SESSION_H
#define MILTER_LOAD_SESSION_H

#include "statistics.h"
#include "traffic.h"

#include <sys/socket.h>

enum progress {
    progress_running,   // waits for the filter, or for room to write
    progress_holding,   // MAIL and RCPT are through; stays so until `session_leave`
    progress_finished,  // QUIT is written; the socket is closed
    progress_failed,    // see `failure`; the socket is closed
    progress_refused,   // the filter's backlog is full; try again later
};

enum failure { failure_connect, failure_closed, failure_protocol, failure_timeout, failure_count };
extern const char *const failure_names[failure_count];

// How the filter ended the session before its time, if it did.
enum verdict { verdict_none, verdict_accept, verdict_refuse };

struct manner {
    struct sockaddr_storage address;
    socklen_t address_length;
    bool envelope_only;  // stop after RCPT
    bool hold;           // wait after RCPT until told to leave
    uint64_t seed;
};

struct session {
    int socket;  // -1: none
    bool connecting;
    enum stage stage;    // the one that is to be sent next, or whose answer is awaited
    bool awaiting;
    int header;
    uint32_t skipped;    // bit per stage: the filter said SKIP
    bool leaving;        // ABORT and QUIT are in `out`
    bool holding;
    enum verdict verdict;
    enum failure failure;
    uint64_t sent_at;    // of the event that is awaited, for its latency
    uint64_t moved_at;   // of the last sign of life, for the time limit
    struct negotiation negotiation;
    struct persona persona;
    struct buffer out, in;
};

// Latencies of the answered events; NULL while nothing is measured.
extern struct histogram *latencies;

enum progress session_open(struct session *session, const struct manner *manner, uint64_t serial, uint64_t now);

// The socket is readable or writable. `now` is when that was learned.
enum progress session_ready(struct session *session, const struct manner *manner, uint64_t now);

// Ends a held session, as an MTA whose client has left.
enum progress session_leave(struct session *session);

void session_close(struct session *session);

static inline bool session_wants_to_write(const struct session *session) {
    return session->connecting || session->out.start < session->out.end;
}

#endif
