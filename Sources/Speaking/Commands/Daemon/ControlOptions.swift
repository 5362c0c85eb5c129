import Control
import ArgumentParser
import Configuration
import FoundationEssentials
import Sockets

/// Where the daemon's control socket is.
struct ControlOptions: ParsableArguments {
    @OptionGroup var sources: SourceOptions

    @Option(
        name: .long, help: ArgumentHelp("The control socket, instead of the configured one.", valueName: "path"),
        completion: .file())
    var socket: String?

    /// Asks the daemon; an answer other than 200 is the command's failure.
    func ask(_ method: String, _ path: String, _ query: [String: String] = [:]) throws -> String {
        let response: HTTPResponse
        do {
            guard let name = try name() else {
                throw CommandError("control_socket is empty: set it and restart argotd, or use --socket")
            }
            let request = HTTPRequest(method: method, path: path, query: query)
            response = try AdminClient.response(to: request, at: name)
        } catch {
            throw CommandError("\(error)")
        }
        guard response.status == 200 else {
            throw CommandError(response.body.split(separator: "\n").joined(separator: "; "))
        }
        return response.body
    }

    /// Asks the daemon for a document.
    func ask<Document: Decodable>(
        _ type: Document.Type, _ method: String, _ path: String, _ query: [String: String] = [:]
    )
        throws -> Document
    {
        let text = try ask(method, path, query)
        do {
            return try JSONDecoder().decode(type, from: Data(text.utf8))
        } catch {
            throw CommandError(
                "argotd's answer is in a form unknown to this argot: install the same version of both")
        }
    }

    /// The control socket; `nil` when it is switched off.
    ///
    /// The daemon continues with what it has read when a file has become faulty, and can be steered then too: of such
    /// files only this key counts. A file that cannot be read at all may say anything about it.
    func name() throws -> SocketName? {
        if let socket { return try SocketName(socket.hasPrefix("/") ? "unix:" + socket : socket) }
        let loaded = Configuration.load(file: sources.config, dropIns: sources.dropIns, overrides: sources.set)
        let key = ConfigurationKey.named("control_socket")
        let hides = loaded.errors.contains { error in
            error.key == key?.name || [.unreadableFile, .fileTooLarge].contains(error.code)
        }
        guard let key, !hides else { return try SocketName(try loaded.get().controlSocket) }
        let configured = loaded.setting(of: key).text
        return configured.isEmpty ? nil : try SocketName(configured)
    }
}
