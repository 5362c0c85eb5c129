import Glibc
import SMTP
import Sockets
import Threads

/// The main program: arguments, messages, exit codes.
public enum WebMain {
    /// Runs argot-web, and ends the process: with 0, or 64 for arguments that are not understood, or 1.
    public static func run() -> Never {
        ProcessSignals.prepareProcess()
        do {
            switch try WebOptions.read(Array(CommandLine.arguments.dropFirst())) {
            case .say(let text): say(text, to: 1)
            case .password(let name, let role): say(try passwordLine(name, role), to: 1)
            case .check(let options): _ = try configuration(options)
            case .serve(let options): try serve(try configuration(options))
            }
            exit(0)
        } catch {
            say("argot-web: \(PrintableText("\(error)"))", to: 2)
            exit(error.isUsage ? 64 : 1)
        }
    }

    private static func configuration(_ options: WebOptions) throws(WebFault) -> WebConfiguration {
        var configuration = try WebConfiguration.read(options.file)
        if let listen = options.listen {
            let own = try WebConfiguration(name: "--listen", bytes: Array("listen = \(listen)".utf8))
            configuration.listen = own.listen
        }
        // systemd hands over what only argotd may read.
        // unsafe: the environment is not changed while the program begins, and the text is copied at once.
        if configuration.hashingKeyFile.isEmpty, let directory = unsafe getenv("CREDENTIALS_DIRECTORY") {
            let file = unsafe String(cString: directory) + "/hashing.key"
            if unsafe access(file, R_OK) == 0 { configuration.hashingKeyFile = file }
        }
        return configuration
    }

    private static func serve(_ configuration: WebConfiguration) throws(WebFault) {
        let desk = DaemonDesk(
            configurationFile: configuration.argotdFile, hashingKeyFile: configuration.hashingKeyFile)
        let site = WebSite(
            configuration, desk: desk, clock: { UnixTime(seconds: Int64(Glibc.time(nil))) },
            uptime: { monotonicSeconds() })
        let socket = configuration.listen
        if case .unix(let path) = socket { try removeOldSocket(path) }
        let server = HTTPFrontEnd(site)
        do {
            _ = try server.start(at: socket)
        } catch let error as WebFault {
            throw error
        } catch {
            throw WebFault(
                "cannot listen at \(socket): \(error)", remedy: "listen elsewhere, or stop who listens there")
        }
        // unsafe: paths are copies that outlive the calls.
        // Whoever may reach the directory may connect: it belongs to argot-web and the web server's group.
        if case .unix(let path) = socket { _ = unsafe chmod(path, 0o660) }
        say("serving at \(socket)", to: 2)
        while ProcessSignals.wait(seconds: 3_600) != .stop {}
        server.stop()
        if case .unix(let path) = socket { _ = unsafe unlink(path) }
    }

    /// What a process that ended in an instant has left behind; never anything else than a socket.
    private static func removeOldSocket(_ path: String) throws(WebFault) {
        var status = stat()
        // unsafe: `status` outlives the call.
        guard unsafe lstat(path, &status) == 0 else { return }
        guard status.st_mode & S_IFMT == S_IFSOCK else {
            throw WebFault("\(path) is there and is not a socket", remedy: "remove it, or listen elsewhere")
        }
        if let peer = try? SocketClient(.unix(path: path), timeout: 1) {
            _ = peer
            throw WebFault("\(path) is served already", remedy: "stop the other argot-web, or listen elsewhere")
        }
        // unsafe: the path is a copy that outlives the call.
        _ = unsafe unlink(path)
    }

    private static func monotonicSeconds() -> Int64 {
        var now = timespec()
        // unsafe: `now` outlives the call.
        _ = unsafe clock_gettime(CLOCK_MONOTONIC, &now)
        return Int64(now.tv_sec)
    }

    private static func passwordLine(_ name: String, _ role: String) throws(WebFault) -> String {
        let isTerminal = isatty(0) == 1
        if isTerminal { say("Password for \(name), then return:", to: 2) }
        guard let password = HiddenInput.line() else {
            throw WebFault("no password on standard input", remedy: "type one, or hand one over in a pipe")
        }
        return "\(name) \(role) \(try PasswordHash(of: password).text)"
    }

    private static func say(_ text: String, to descriptor: Int32) {
        var rest = Array((text + "\n").utf8)[...]
        while !rest.isEmpty {
            // unsafe: the bytes are written before the slice changes.
            let count = unsafe rest.withUnsafeBytes { unsafe write(descriptor, $0.baseAddress, $0.count) }
            guard count > 0 else { return }
            rest = rest.dropFirst(count)
        }
    }
}
