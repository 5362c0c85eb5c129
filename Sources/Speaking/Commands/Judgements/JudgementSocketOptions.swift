import ArgumentParser
import Configuration
import Sockets

/// Where the daemon's judgement socket is.
struct JudgementSocketOptions: ParsableArguments {
    @OptionGroup var sources: SourceOptions

    @Option(
        name: .long, help: ArgumentHelp("The judgement socket, instead of the configured one.", valueName: "path"),
        completion: .file())
    var socket: String?

    /// Where it is when the configuration cannot be read, as by the user that mail is delivered as.
    private static let standard = "unix:/run/argot/control/judgements.sock"

    /// The judgement socket; `nil` when it is switched off.
    func name() throws -> SocketName? {
        if let socket { return try SocketName(socket.hasPrefix("/") ? "unix:" + socket : socket) }
        let loaded = Configuration.load(file: sources.config, dropIns: sources.dropIns, overrides: sources.set)
        guard let key = ConfigurationKey.named("judgement_socket") else { return try SocketName(Self.standard) }
        let configured = loaded.setting(of: key).text
        return configured.isEmpty ? nil : try SocketName(configured)
    }
}
