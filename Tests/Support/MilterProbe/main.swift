// A filter that does as it is told: the Swift twin of reference-filter, on the Milter room. See reference-filter for
// the options; additionally --engine libmilter|native, --maximum-sessions N, --drain SECONDS, --mode OCTAL, --group NAME, and at eom the responses
// chgfrom:ADDRESS, addrcpt:ADDRESS, delrcpt:ADDRESS and replacebody:TEXT. What the room cannot express (a verdict at
// DATA, ACCEPT at an unknown command) is left out. The record has no negotiation; as session 0 it has the counts when
// serving begins, at each HUP, and behind the drain.
import Glibc
import Milter
import MilterLib
import MilterNative
import Sockets
import Threads

do {
    let options = try ProbeOptions(CommandLine.arguments.dropFirst())
    let record = try ProbeRecord(file: options.recordFile)
    ProcessSignals.prepareProcess()
    let listener = try SocketListener(options.socket, mode: options.mode, group: options.group)
    let negotiation = { @Sendable in
        MilterNegotiation(actions: .all, unanswered: options.unanswered, macros: ProbeSession.wantedMacros)
    }
    let makeSession = { @Sendable () -> any MilterSession in ProbeSession(options, record: record) }
    let server: any MilterEngine =
        switch options.engine {
        case .libmilter:
            try LibmilterEngine(
                name: "milter-probe", listener: listener, actions: .all, maximumSessions: options.maximumSessions,
                negotiation: negotiation, makeSession: makeSession)
        case .native:
            try NativeEngine(
                listener: listener, maximumSessions: options.maximumSessions, negotiation: negotiation,
                makeSession: makeSession)
        }
    try server.start()
    guard server.ownsSignals else { throw ProbeError("sigwait() was not taken: libmilter keeps the signals") }
    record.write("ready", server.counts)
    print("ready")
    fflush(nil)
    while true {
        let event = ProcessSignals.wait(seconds: 1)
        if case .stopped(let status) = server.state { throw ProbeError("\(server.name) stopped with status \(status)") }
        if event == .reload { record.write("hup", server.counts) }
        if event == .stop { break }
        server.guardDescriptors()
    }
    let report = server.drain(within: options.drainSeconds)
    record.write("drained under-way=\(report.underWay) abandoned=\(report.abandoned)", server.counts)
} catch {
    let text = "milter-probe: \(error)\n"
    write(2, text, text.utf8.count)
    exit(1)
}
