#include "session.h"

#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <unistd.h>

struct histogram *latencies;

const char *const failure_names[failure_count] = {"connect", "closed", "protocol", "timeout"};

void session_close(struct session *session) {
    if (session->socket >= 0) close(session->socket);
    session->socket = -1;
    buffer_clear(&session->out);
    buffer_clear(&session->in);
}

static enum progress fail(struct session *session, enum failure failure) {
    session->failure = failure;
    session_close(session);
    return progress_failed;
}

static enum progress flush(struct session *session) {
    struct buffer *out = &session->out;
    while (out->start < out->end) {
        ssize_t sent = send(session->socket, out->bytes + out->start, out->end - out->start, MSG_NOSIGNAL);
        if (sent > 0) {
            out->start += (size_t)sent;
        } else if (errno == EAGAIN || errno == EINTR) {
            return progress_running;
        } else {
            return fail(session, failure_closed);
        }
    }
    if (!session->leaving) return session->holding ? progress_holding : progress_running;
    session_close(session);
    return progress_finished;
}

static enum progress leave(struct session *session) {
    bool in_message = session->stage > stage_mail && session->stage < stage_count;
    if (in_message && session->verdict != verdict_accept) packet_bare(&session->out, 'A');
    packet_bare(&session->out, 'Q');
    session->leaving = true;
    session->holding = false;
    return flush(session);
}

enum progress session_leave(struct session *session) { return leave(session); }

static void next_stage(struct session *session) {
    if (session->stage == stage_header && ++session->header < headers_of_message) return;
    session->stage++;
}

// Appends events until one needs an answer, then writes them all at once, as Postfix's buffered stream does.
static enum progress advance(struct session *session, const struct manner *manner) {
    for (;;) {
        enum stage stage = session->stage;
        if (stage == stage_data && manner->hold) {
            session->holding = true;
            return flush(session);
        }
        if (stage == stage_count || (stage == stage_data && manner->envelope_only)) return leave(session);

        const struct stage_facts *facts = &stages[stage];
        uint32_t steps = session->negotiation.steps;
        if (stage == stage_negotiate) {
            packet_negotiate(&session->out);
        } else {
            // Postfix sends the macros even of an event that the filter does not want.
            if (facts->macro_list >= 0) {
                const char *names = session->negotiation.macros[facts->macro_list];
                traffic_macros(&session->out, &session->persona, stage, names);
            }
            if ((steps & facts->skip_flag) || (session->skipped >> stage & 1)) {
                next_stage(session);
                continue;
            }
            traffic_event(&session->out, &session->persona, stage, session->header, steps);
            if (steps & facts->no_reply_flag) {
                next_stage(session);
                continue;
            }
        }
        session->awaiting = true;
        session->sent_at = session->moved_at = monotonic_now();
        return flush(session);
    }
}

// What an MTA makes of one reply to the awaited event.
static enum progress answered(
    struct session *session, const struct manner *manner, const struct reply *reply, uint64_t now) {
    enum stage stage = session->stage;
    session->moved_at = now;
    if (stage == stage_negotiate) {
        if (!negotiation_parse(&session->negotiation, reply)) return fail(session, failure_protocol);
    } else {
        switch (reply->command) {
        case 'p': return progress_running;  // still busy
        case 'c': break;
        case 's': session->skipped |= 1u << stage; break;
        case 'a': case 'd': session->verdict = verdict_accept; break;
        case 'r': case 't': case 'y': case '4': session->verdict = verdict_refuse; break;
        case 'q': case 'h': case 'i': case 'm': case 'b': case '+': case '-': case '2': case 'e':
            if (stage == stage_eom) return progress_running;  // a change; the verdict is still to come
            // fall through
        default: return fail(session, failure_protocol);
        }
    }
    session->awaiting = false;
    if (latencies) histogram_add(&latencies[stage], now > session->sent_at ? now - session->sent_at : 0);
    next_stage(session);
    if (session->verdict != verdict_none) return leave(session);
    // An answer to nothing: both sides disagree about what was negotiated.
    if (session->in.start < session->in.end) return fail(session, failure_protocol);
    return advance(session, manner);
}

enum progress session_open(struct session *session, const struct manner *manner, uint64_t serial, uint64_t now) {
    struct buffer out = session->out, in = session->in;
    *session = (struct session){.out = out, .in = in, .moved_at = now};
    persona_make(&session->persona, manner->seed, serial);

    int family = manner->address.ss_family;
    session->socket = socket(family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (session->socket < 0) return fail(session, failure_connect);
    if (family != AF_UNIX) {
        int on = 1;
        setsockopt(session->socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    }
    if (connect(session->socket, (const struct sockaddr *)&manner->address, manner->address_length) != 0) {
        if (errno == EAGAIN) {  // a unix socket whose backlog is full
            session_close(session);
            return progress_refused;
        }
        if (errno != EINPROGRESS) return fail(session, failure_connect);
        session->connecting = true;
        return progress_running;
    }
    return advance(session, manner);
}

enum progress session_ready(struct session *session, const struct manner *manner, uint64_t now) {
    if (session->connecting) {
        int error = 0;
        socklen_t length = sizeof error;
        getsockopt(session->socket, SOL_SOCKET, SO_ERROR, &error, &length);
        if (error != 0) return fail(session, failure_connect);
        session->connecting = false;
        return advance(session, manner);
    }
    if (session_wants_to_write(session)) {
        enum progress progress = flush(session);
        if (progress != progress_running) return progress;
    }

    buffer_reserve(&session->in, 512);
    ssize_t count = recv(
        session->socket, session->in.bytes + session->in.end, session->in.capacity - session->in.end, 0);
    if (count < 0 && (errno == EAGAIN || errno == EINTR)) {
        return session->holding ? progress_holding : progress_running;
    }
    if (count <= 0) return fail(session, failure_closed);
    session->in.end += (size_t)count;

    struct reply reply;
    enum parse parse;
    while ((parse = reply_next(&session->in, &reply)) == parse_complete) {
        if (!session->awaiting) return fail(session, failure_protocol);
        enum progress progress = answered(session, manner, &reply, now);
        if (progress != progress_running || !session->awaiting || session->in.start == session->in.end) return progress;
    }
    return parse == parse_malformed ? fail(session, failure_protocol) : progress_running;
}
