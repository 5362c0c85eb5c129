import Control
import SMTP

/// What `GET /metrics` answers: names after Prometheus' conventions, units in the names, counters ending in `_total`.
struct MetricsPage {
    let status: StatusDocument
    let metrics: DaemonMetrics
    let senders: SenderService.Status?
    let modelWritten: UnixTime?

    var text: String {
        var page = MetricsText()
        page.family("argot_build_info", .gauge, "The running version.")
        page.sample("argot_build_info", [("version", status.version)], 1)
        page.single("argot_uptime_seconds", .gauge, "Seconds since the daemon was started.", status.uptime_seconds)
        if let bytes = ProcessMemory.residentBytes {
            page.single("process_resident_memory_bytes", .gauge, "Resident memory.", bytes)
        }
        page.single("argot_enforcing", .gauge, "Whether verdicts are applied.", status.mode == "enforce" ? 1 : 0)
        page.single("argot_sessions", .gauge, "Open sessions.", status.sessions.open)
        page.single("argot_sessions_total", .counter, "Sessions begun.", status.sessions.begun)
        page.family("argot_verdicts_total", .counter, "Verdicts on recipients, with the action applied.")
        for verdict in status.verdicts {
            page.sample(
                "argot_verdicts_total", [("action", verdict.action), ("applied", verdict.applied)], verdict.count)
        }
        page.family("argot_reasons_total", .counter, "Reasons for verdicts; a verdict may have several.")
        for reason in status.reasons { page.sample("argot_reasons_total", [("reason", reason.name)], reason.count) }
        page.single("argot_lies_total", .counter, "Answers that called an existing user unknown.", status.lies)
        page.single(
            "argot_campaign_messages_total", .counter, "Messages grouped into campaigns, once for each recipient.",
            metrics.totals.campaignMails)
        page.family("argot_callback_duration_seconds", .histogram, "How long the filter takes to answer, by callback.")
        for callback in DaemonMetrics.Callback.allCases {
            page.histogram(
                "argot_callback_duration_seconds", [("callback", callback.name)], metrics.histogram(callback))
        }
        if let learning = status.learning {
            page.single(
                "argot_sightings_total", .counter, "Messages and refused sessions kept to learn from.",
                learning.sightings)
            page.family("argot_judgements_total", .counter, "What others said of them, by source.")
            for judgement in learning.judgements {
                page.sample(
                    "argot_judgements_total", [("source", judgement.source), ("verdict", judgement.verdict)],
                    judgement.count)
            }
        }
        if let taught = status.taught, !taught.isEmpty {
            page.family("argot_taught_age_seconds", .gauge, "Seconds since what decides was learned, by kind.")
            for one in taught { page.sample("argot_taught_age_seconds", [("kind", one.kind)], one.age_seconds) }
        }
        if let wire = status.wire { self.wire(wire, &page) }
        if let tap = status.tap { self.tap(tap, &page) }
        if let sharing = status.sharing { self.sharing(sharing, &page) }
        memory(&page)
        if let senders { self.senders(senders, &page) }
        if let group = status.senders?.group { self.group(group, &page) }
        return page.text
    }

    private func wire(_ wire: StatusDocument.Wire, _ page: inout MetricsText) {
        page.single("argot_wire_sessions", .gauge, "Open sessions whose command lines are told.", wire.open)
        page.single(
            "argot_wire_sessions_total", .counter, "Sessions that began with their command lines.", wire.sessions)
        page.single(
            "argot_wire_lost_total", .counter, "Sessions that lost a command line and went on without.", wire.lost)
        page.single("argot_wire_lines_total", .counter, "Command lines that found their session.", wire.lines)
        page.single("argot_wire_strays_total", .counter, "Command lines and replies of no session.", wire.strays)
        page.single(
            "argot_wire_refused_total", .counter, "Connections closed because of what they told.", wire.refused)
    }

    private func sharing(_ sharing: StatusDocument.Sharing, _ page: inout MetricsText) {
        page.single(
            "argot_sharing_up", .gauge, "Whether the shared store is in use; of several, all of them.",
            sharing.connected ? 1 : 0)
        page.family("argot_sharing_store_up", .gauge, "Whether each of the shared stores is in use.")
        for store in sharing.stores {
            page.sample("argot_sharing_store_up", [("store", store.address)], store.connected ? 1 : 0)
        }
        page.single("argot_sharing_nodes", .gauge, "Servers of the site, with this one.", sharing.nodes.count)
        page.single(
            "argot_sharing_lag_seconds", .gauge, "How late the newest change of another server came.",
            Double(sharing.lag_milliseconds) / 1_000)
        page.single(
            "argot_sharing_clock_seconds", .gauge, "By how much the own clock is ahead of the shared store's.",
            sharing.clock_seconds)
        page.single("argot_sharing_waiting", .gauge, "Facts that wait to be published.", sharing.waiting)
        page.single("argot_sharing_published_total", .counter, "Facts published.", sharing.published)
        page.single(
            "argot_sharing_published_bytes_total", .counter, "Bytes sent for published facts.", sharing.bytes_published)
        page.single("argot_sharing_received_total", .counter, "Facts of others taken in.", sharing.received)
        page.single(
            "argot_sharing_refused_total", .counter, "Facts left out: unreadable, or of a time to come.",
            sharing.refused)
        page.single(
            "argot_sharing_overflowed_total", .counter,
            "Changes that found no room to wait, after which everything was published again.", sharing.overflowed)
        page.single(
            "argot_sharing_reread_total", .counter, "Times that everything was read again.", sharing.reread)
    }

    private func tap(_ tap: StatusDocument.Tap, _ page: inout MetricsText) {
        page.single("argot_tap_connected", .gauge, "Whether argot-tap is connected.", tap.connected ? 1 : 0)
        page.single("argot_tap_sessions_total", .counter, "Sessions that began while it was.", tap.sessions)
        page.family("argot_tap_ended_total", .counter, "Sessions that went on without command lines, by reason.")
        for (reason, count) in [("late", tap.late), ("lost", tap.lost), ("tls", tap.encrypted)] {
            page.sample("argot_tap_ended_total", [("reason", reason)], count)
        }
        page.single("argot_tap_syns_total", .counter, "Sessions whose client's SYN was told.", tap.syns)
        page.single("argot_tap_hellos_total", .counter, "Sessions whose client's TLS hello was told.", tap.hellos)
        page.single(
            "argot_tap_direct", .gauge, "Whether clients come by ways of their own, so that SYN and hello count.",
            tap.ways == "direct" ? 1 : 0)
        page.single("argot_tap_records_total", .counter, "Findings that found their connection.", tap.records)
        page.single("argot_tap_strays_total", .counter, "Findings of no connection.", tap.strays)
        page.single("argot_tap_refused_total", .counter, "Connections to the socket that were closed.", tap.refused)
        page.single("argot_tap_packets_total", .counter, "Packets that the tap has captured.", tap.packets)
        page.single("argot_tap_dropped_total", .counter, "Packets that the kernel had no room for.", tap.dropped)
        page.single("argot_tap_unsent_total", .counter, "Findings that argotd did not take in time.", tap.unsent)
    }

    private func senders(_ senders: SenderService.Status, _ page: inout MetricsText) {
        page.single("argot_sender_events_total", .counter, "Recipients counted by sender.", senders.events)
        page.single("argot_sender_events_dropped_total", .counter, "Recipients not counted.", senders.dropped)
        page.single("argot_sender_clusters", .gauge, "Spam clusters in the scores in force.", senders.clusters)
        page.single(
            "argot_sender_relearned_total", .counter, "Times the past was learned again because of late labels.",
            senders.relearned)
        page.single("argot_sender_window_seconds", .gauge, "How far back senders are clustered.", senders.window)
        page.family(
            "argot_sender_scores_age_seconds", .gauge, "Seconds since senders were scored; absent without scores.")
        if let created = senders.created {
            page.sample("argot_sender_scores_age_seconds", [], max(0, DaemonState.unixTime - created))
        }
    }

    private func group(_ group: StatusDocument.Senders.Group, _ page: inout MetricsText) {
        page.family(
            "argot_sender_snapshot_age_seconds", .gauge,
            "Seconds since the group's snapshot was counted; absent without one in force.")
        if let age = group.age_seconds { page.sample("argot_sender_snapshot_age_seconds", [], age) }
        page.single("argot_sender_snapshot_listed", .gauge, "Senders that the group's snapshot lists.", group.listed)
        page.single("argot_sender_snapshot_sites", .gauge, "Sites that it was learned from.", group.sites)
        page.family("argot_sender_snapshot_refused_total", .counter, "Snapshots not taken into use, by reason.")
        for refused in group.refused {
            page.sample("argot_sender_snapshot_refused_total", [("reason", refused.name)], refused.count)
        }
    }

    private func memory(_ page: inout MetricsText) {
        page.single("argot_model_dialects", .gauge, "Dialects in the model.", status.model.dialects)
        page.family(
            "argot_model_age_seconds", .gauge, "Seconds since the model file was written; absent for the built-in one.")
        if let modelWritten {
            page.sample("argot_model_age_seconds", [], max(0, DaemonState.unixTime - modelWritten))
        }
        page.single(
            "argot_snapshot_age_seconds", .gauge, "Seconds since configuration and model were read.",
            status.model.age_seconds)
        page.family("argot_reloads_total", .counter, "Reloads, by outcome.")
        page.sample("argot_reloads_total", [("outcome", "done")], status.reload.done)
        page.sample("argot_reloads_total", [("outcome", "failed")], status.reload.failed)
        page.single(
            "argot_breaker_tripped", .gauge, "Whether refusals are suspended.", status.breaker.tripped ? 1 : 0)
        page.single(
            "argot_breaker_suspended", .gauge, "Dialects and detectors that the breaker has switched off.",
            status.breaker.suspended.count)
        page.single("argot_breaker_trips_total", .counter, "How often the breaker has tripped.", status.breaker.trips)
        page.single(
            "argot_breaker_known_clients", .gauge,
            "Organisations and networks with a good history judged in the breaker's window.", status.breaker.known)
        page.single(
            "argot_breaker_refused_clients", .gauge, "Those of them that something counted against.",
            status.breaker.refused)
        page.single("argot_greylist_attempts", .gauge, "Attempts that the greylist remembers.", status.memory.attempts)
        page.single("argot_history_clients", .gauge, "Clients with a history.", status.memory.clients)
        page.single("argot_journal_waiting", .gauge, "Entries waiting to be logged and stored.", status.journal.waiting)
        page.single(
            "argot_journal_dropped_total", .counter, "Entries dropped because the queue was full.",
            status.journal.dropped)
        page.single(
            "argot_log_waiting_bytes", .gauge, "Bytes of the log that nobody has read yet.", status.log.waiting_bytes)
        page.single(
            "argot_log_dropped_total", .counter, "Log lines dropped because nobody read the log.", status.log.dropped)
        page.single("argot_store_up", .gauge, "Whether changes reach the disk.", status.store.ok ? 1 : 0)
        page.single("argot_store_pending", .gauge, "Changes waiting to be written.", status.store.pending)
        page.single("argot_store_written_total", .counter, "Changes written.", status.store.written)
        page.single("argot_store_dropped_total", .counter, "Changes lost.", status.store.dropped)
    }
}
