// A filter that does as it is told: the Swift twin of reference-filter, on the Milter room. See reference-filter for
// the options; additionally --maximum-sessions N, --drain SECONDS, --mode OCTAL and --group NAME.
import Glibc
import Milter
import SMTP

do {
    var answers: [ProbeAnswer] = []
    var socket: MilterSocket?
    var recordFile: String?
    var recordsMacros = false
    var unanswered: Set<MilterNegotiation.UnansweredStage> = []
    var maximumSessions = 10_000
    var drainSeconds = 5
    var mode: UInt32 = 0o666
    var group: String?

    var arguments = CommandLine.arguments.dropFirst()
    while let option = arguments.popFirst() {
        if option == "--macros" {
            recordsMacros = true
            continue
        }
        guard let value = arguments.popFirst() else { throw ProbeError("\(option) needs a value") }
        switch option {
        case "--socket": socket = try MilterSocket(value)
        case "--answer": answers.append(try ProbeAnswer(value))
        case "--record": recordFile = value
        case "--no-reply":
            for word in value.split(separator: ",") { unanswered.insert(word == "eoh" ? .endOfHeaders : .header) }
        case "--maximum-sessions": maximumSessions = Int(value) ?? maximumSessions
        case "--drain": drainSeconds = Int(value) ?? drainSeconds
        case "--mode": mode = UInt32(value, radix: 8) ?? mode
        case "--group": group = value
        default: throw ProbeError("unknown option \(option)")
        }
    }
    guard let socket else { throw ProbeError("--socket is missing") }
    let record = try ProbeRecord(file: recordFile)

    var signals = sigset_t()
    sigemptyset(&signals)
    for signal in [SIGHUP, SIGTERM, SIGINT] { sigaddset(&signals, signal) }
    pthread_sigmask(SIG_BLOCK, &signals, nil)

    let finalAnswers = answers
    let finalMacros = recordsMacros
    let server = try MilterServer(
        name: "milter-probe", listener: MilterListener(socket, mode: mode, group: group),
        negotiation: MilterNegotiation(
            actions: .all, unanswered: unanswered,
            macros: ProbeSession.macros),
        maximumSessions: maximumSessions,
        makeSession: { ProbeSession(answers: finalAnswers, record: record, recordsMacros: finalMacros) })
    server.start()
    print("ready")
    fflush(nil)
    guard server.ownsSignals else { throw ProbeError("sigwait() was not taken: libmilter keeps the signals") }
    while true {
        var timeout = timespec(tv_sec: 1, tv_nsec: 0)
        let signal = sigtimedwait(&signals, nil, &timeout)
        if signal == SIGHUP { record.write(0, "hup") }
        if signal < 0 { server.guardDescriptors() }
        if case .stopped(let status) = server.state { throw ProbeError("libmilter stopped with status \(status)") }
        if signal == SIGTERM || signal == SIGINT { break }
    }
    let report = server.drain(within: drainSeconds)
    print("drained underWay=\(report.underWay) abandoned=\(report.abandoned) \(server.counts)")
} catch {
    let text = "milter-probe: \(error)\n"
    write(2, text, text.utf8.count)
    exit(1)
}
