import ArgumentParser
import Dialects
import Dispatch
import Documents
import Files
import FoundationEssentials
import Glibc
import Sink
import SMTP

/// `argot sink`
struct SinkCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "sink", abstract: "Runs an SMTP server that gives clients odd replies and records their dialect.",
        discussion: """
            It never delivers or relays mail. Mode learn is for a laboratory: it listens on loopback only, may use \
            every variation and answers messages with 250. Mode safe is for a last-priority MX: it uses only \
            variations that are harmless to honest software, and answers every message with 451.
            """)

    @Option(name: .long, help: ArgumentHelp("Listen here; port 0 chooses a free one.", valueName: "address:port"))
    var listen = "127.0.0.1:2525"

    @Option(
        name: .long, help: "The mode: learn or safe.", completion: WordOption.completion(SinkMode.self),
        transform: { text in
            guard let mode = SinkMode(rawValue: text) else { throw ValidationError("choose learn or safe") }
            return mode
        })
    var mode = SinkMode.learn

    @Option(
        name: .long,
        help: ArgumentHelp("Append transcripts to this file, one JSON object per line.", valueName: "file"),
        completion: .file())
    var record: String?

    @Option(
        name: .long,
        help: ArgumentHelp("Rename the record to FILE.1 when it is this big (megabytes).", valueName: "number"))
    var recordSize = 256

    @Option(
        name: .long,
        help: ArgumentHelp(
            "Which variations to use: none, adaptive, coverage, or ids separated by commas, @2 for the second time, "
                + "@* for each.",
            valueName: "questions"))
    var variation = "none"

    @OptionGroup var options: ModelOptions

    @Option(
        name: .long,
        help: ArgumentHelp(
            "A file of such lists, one line per session, starting over after the last.", valueName: "file"),
        completion: .file())
    var plan: String?

    @Option(
        name: .long,
        help: ArgumentHelp("What to offer in reply to EHLO, separated by commas, or none.", valueName: "keywords"))
    var offer = ServiceOffer.usual.description

    @Option(name: .long, help: ArgumentHelp("The name in the greeting.", valueName: "name"))
    var name = "mx.example.org"

    @Option(
        name: .long, help: ArgumentHelp("The certificate for STARTTLS; by default one is made.", valueName: "file"),
        completion: .file())
    var tlsCertificate: String?

    @Option(name: .long, help: ArgumentHelp("The key of that certificate.", valueName: "file"), completion: .file())
    var tlsKey: String?

    @Option(name: .long, help: ArgumentHelp("Exit after this many sessions.", valueName: "number"))
    var maxSessions: Int?

    @Option(name: .long, help: ArgumentHelp("Serve this many connections at the same time.", valueName: "number"))
    var connections: Int?

    @Option(
        name: .long,
        help: ArgumentHelp("Serve this many connections at the same time from one address.", valueName: "number"))
    var connectionsPerAddress: Int?

    @Option(name: .long, help: ArgumentHelp("Wait this long for the client's next command.", valueName: "time"))
    var wait: TimeSpan?

    @Option(name: .long, help: ArgumentHelp("End a session after this time.", valueName: "time"))
    var sessionTime: TimeSpan?

    @Option(name: .long, help: ArgumentHelp("Record this many bytes of a message.", valueName: "number"))
    var recordMessage: Int?

    @Option(
        name: .long, help: ArgumentHelp("Write the address to this file once listening.", valueName: "file"),
        completion: .file())
    var readyFile: String?

    @Option(name: .long, help: ArgumentHelp("Set kind in the transcripts to this.", valueName: "word"))
    var kind: String?

    @Option(
        name: .long, help: ArgumentHelp("Set label_guess in the transcripts to this.", valueName: "word"))
    var label: String?

    @Option(name: .long, help: ArgumentHelp("Set source in the transcripts to this.", valueName: "text"))
    var source = "argot sink"

    @Flag(name: .long, help: "Print only errors.")
    var quiet = false

    @Flag(name: .long, help: "Print JSON: one line per session, or the list of variations.")
    var json = false

    @Flag(name: .long, help: "Print the catalogue of variations and exit.")
    var listVariations = false

    func run() throws {
        if listVariations { return try CatalogueListing.print(json: json) }
        let (host, port) = try Self.address(listen)
        var settings = SessionPlan.Settings(mode: mode, offer: try readOffer(), serverName: name)
        if let connections { settings.limits.connections = connections }
        if let connectionsPerAddress { settings.limits.connectionsPerAddress = connectionsPerAddress }
        if let wait { settings.limits.stageSeconds = Int(max(1, wait.seconds)) }
        if let sessionTime { settings.limits.sessionSeconds = Int(max(1, sessionTime.seconds)) }
        if let recordMessage { settings.limits.recordedMessageBytes = max(0, recordMessage) }
        var configuration = SinkServer.Configuration(
            host: host, port: port, settings: settings, questions: try questions())
        configuration.certificate = try certificate()
        configuration.kind = kind
        configuration.label = label
        configuration.source = source
        configuration.maximumSessions = maxSessions
        let file = try record.map { path throws(SinkError) in
            try TranscriptFile(path: path, maximumSize: Int64(max(1, recordSize)) * 1_048_576)
        }
        let report = SinkReport(isQuiet: quiet, isJSON: json)
        let server = try SinkServer(configuration) { transcript in
            file?.append(transcript)
            report.show(transcript, problem: file?.problem)
        }
        try serve(server, host: host, report: report)
    }

    private func serve(_ server: SinkServer, host: String, report: SinkReport) throws {
        let signals = [SIGTERM, SIGINT].map { number in
            // Without this the signal ends the process before the source sees it.
            _ = Glibc.signal(number, SIG_IGN)
            let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
            source.setEventHandler { @Sendable in server.stop(grace: 3) }
            source.resume()
            return source
        }
        let port = try server.start()
        let address = host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)"
        if let readyFile { try OutputFile.write(address + "\n", to: readyFile) }
        report.begin(address: address, mode: mode)
        server.wait()
        withExtendedLifetime(signals) {}
        report.end(server.counts)
    }

    private func readOffer() throws -> ServiceOffer {
        guard let offer = ServiceOffer(offer) else {
            let known = ServiceOffer.Extension.allCases.map(\.rawValue).joined(separator: ",")
            throw CommandError("--offer \(offer): a keyword is unknown or repeated: choose from \(known), or none")
        }
        return offer
    }

    private func certificate() throws -> ServerCertificate? {
        switch (tlsCertificate, tlsKey) {
        case (let certificate?, let key?): return try ServerCertificate(certificateFile: certificate, keyFile: key)
        case (nil, nil): return try readOffer().contains(.startTLS) ? .selfSigned(name: name) : nil
        default: throw CommandError("--tls-certificate and --tls-key go together: use both")
        }
    }

    // MARK: Questions

    private func questions() throws -> SinkServer.Questions {
        if let plan {
            guard variation == "none" else { throw CommandError("--plan and --variation exclude each other: use one") }
            return .scripts(try scripts(from: plan))
        }
        switch variation {
        case "none": return .none
        case "coverage": return .advisor(CoverageAdvisor())
        case "adaptive": return .advisor(DialectAdvisor(model: try options.load().model))
        default: return .scripts([try script(variation) { CommandError("--variation: \($0)") }])
        }
    }

    private func scripts(from file: String) throws -> [[ScriptedVariation]] {
        guard let data = FileManager.default.contents(atPath: file) else {
            throw CommandError("\(file): cannot be read: check path and permissions")
        }
        let text = try DocumentText.text(of: data, file: file)
        var scripts: [[ScriptedVariation]] = []
        for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
            let words = String(line.prefix { $0 != "#" }.filter { !$0.isWhitespace })
            guard !words.isEmpty else { continue }
            scripts.append(
                try script(words) { DocumentFault(file: file, line: index + 1, problem: $0) })
        }
        guard !scripts.isEmpty else {
            throw CommandError("\(file): no list of variations: write one per line, or none")
        }
        return scripts
    }

    private func script(_ text: String, _ fault: (String) -> any Error) throws -> [ScriptedVariation] {
        guard text != "none" else { return [] }
        return try text.split(separator: ",").map { word in
            guard let scripted = ScriptedVariation(word) else {
                throw fault("unknown variation \(word): see \"argot sink --list-variations\"")
            }
            guard mode == .learn || scripted.variation.harm == .none else {
                throw fault(
                    "\(word) could harm honest mail (\(scripted.variation.harm.rawValue)), so mode safe does not "
                        + "use it: choose one of harm \"none\""
                )
            }
            return scripted
        }
    }

    private static func address(_ text: String) throws -> (host: String, port: Int) {
        guard let colon = text.lastIndex(of: ":"), let port = UInt16(text[text.index(after: colon)...]) else {
            throw CommandError("--listen \(text): write address:port, such as 127.0.0.1:2525 or [::1]:2525")
        }
        let host = text[..<colon].filter { $0 != "[" && $0 != "]" }
        return (host.isEmpty ? "127.0.0.1" : host, Int(port))
    }
}
