import ArgumentParser
import Configuration
import Decision
import FoundationEssentials
import Keeping
import SMTP
import SpamTracker
import Terminal

/// Which scores of senders a replay uses.
struct ReplaySenderOptions: ParsableArguments {
    @Option(
        name: .customLong("senders"),
        help: ArgumentHelp(
            "A sender model, as \"argot senders cluster --output\" writes it, or as argotd keeps it beside its key.",
            valueName: "file"), completion: .file())
    var file: String?

    @Flag(name: .customLong("no-senders"), help: "Judge without sender scores.")
    var isOff = false

    func validate() throws {
        guard file == nil || !isOff else { throw ValidationError("use either --senders or --no-senders") }
    }

    /// The scores; `nil` without any. Says on the standard error where they come from.
    func load(_ configuration: Configuration) throws -> SenderScores? {
        if isOff { return nil }
        if let file { return try scores(from: file, configuration) }
        // What the daemon has is a convenience: without a right to read it the replay goes on.
        let own = configuration.files.senderModel
        guard configuration.senders, FileManager.default.isReadableFile(atPath: own),
            FileManager.default.isReadableFile(atPath: configuration.files.hashingKey)
        else { return nil }
        return try scores(from: own, configuration)
    }

    private func scores(from path: String, _ configuration: Configuration) throws -> SenderScores? {
        let model = try SendersModelOptions.read(path)
        guard model.canJudge || !model.clusters.isEmpty else {
            Output.note("argot: \(path) has not learned anything yet: senders are not scored")
            return nil
        }
        let created = model.learnedUntil ?? UnixTime(seconds: 0)
        let snapshot = ScoreSnapshot(model, created: created)
        Output.note("argot: senders are scored by \(path), learned until \(Output.text(created))")
        let prefixes = SenderPrefixes(
            ipv4: configuration.senderIPv4PrefixLength, ipv6: configuration.senderIPv6PrefixLength)
        let pseudonyms = try SendersModelOptions.pseudonyms(besides: path, prefixes: prefixes)
        return pseudonyms.map { SenderScores(snapshot, pseudonyms: $0) } ?? SenderScores(snapshot, prefixes: prefixes)
    }
}
