import ClientLab
import Foundation

/// Two Redis servers, of which one is the primary, and three Sentinels that watch them, all at ports of loopback.
public final class SentinelSite: Sendable {
    /// The configuration's word for it.
    public let address: String

    private let servers: [RedisServer]
    private let ports: [UInt16]
    private let sentinels: [ChildProcess]
    private let lifelines: [Lifeline]
    private let sentinelPorts: [UInt16]

    /// Starts all of it; returns when the Sentinels know the servers and one another.
    public init(in directory: String) throws {
        var servers: [RedisServer] = []
        var ports: [UInt16] = []
        for number in 0..<2 {
            let place = directory + "/redis\(number)"
            try FileManager.default.createDirectory(atPath: place, withIntermediateDirectories: true)
            let port = try LoopbackPort.free()
            let role = number == 0 ? [] : ["--replicaof", "127.0.0.1", "\(ports[0])"]
            servers.append(try RedisServer(in: place, port: port, ["--repl-diskless-sync-delay", "0"] + role))
            ports.append(port)
        }
        var sentinels: [ChildProcess] = []
        var sentinelPorts: [UInt16] = []
        for number in 0..<3 {
            let port = try LoopbackPort.free()
            let place = directory + "/sentinel\(number)"
            try FileManager.default.createDirectory(atPath: place, withIntermediateDirectories: true)
            try """
            port \(port)
            bind 127.0.0.1
            dir \(place)
            sentinel monitor argot 127.0.0.1 \(ports[0]) 2
            sentinel down-after-milliseconds argot 700
            sentinel failover-timeout argot 4000
            sentinel parallel-syncs argot 1

            """.write(toFile: place + "/sentinel.conf", atomically: true, encoding: .utf8)
            sentinels.append(
                try ChildProcess(
                    "/usr/bin/redis-sentinel", [place + "/sentinel.conf"], output: place + "/log",
                    errors: place + "/log")
            )
            sentinelPorts.append(port)
        }
        lifelines = try sentinels.map { try Lifeline(of: $0) }
        (self.servers, self.ports, self.sentinels, self.sentinelPorts) = (servers, ports, sentinels, sentinelPorts)
        address = "sentinel:argot@" + sentinelPorts.map { "127.0.0.1:\($0)" }.joined(separator: ",")
        let isReady = Poll.until(.after(.seconds(40))) {
            sentinelPorts.allSatisfy { port in
                let text = (try? Self.ask(port, ["SENTINEL", "master", "argot"])) ?? ""
                return text.contains("num-other-sentinels\n2") && text.contains("num-slaves\n1")
            }
        }
        guard isReady else { throw LabError(.startFailed, "the Sentinels do not agree", at: directory) }
    }

    /// Which server is the primary, as the first Sentinel says.
    public var primary: Int? {
        let text = (try? Self.ask(sentinelPorts[0], ["SENTINEL", "get-master-addr-by-name", "argot"])) ?? ""
        return ports.firstIndex { text.contains("\n\($0)") }
    }

    /// Ends the primary at once, as a crash would.
    public func killPrimary() {
        if let primary { servers[primary].kill() }
    }

    /// Lets the primary hang for a time; returns at once.
    public func hangPrimary(for time: Duration) {
        guard let primary else { return }
        let server = servers[primary]
        server.hang(true)
        Thread.detachNewThread {
            Thread.sleep(forTimeInterval: Double(time.components.seconds))
            server.hang(false)
        }
    }

    /// Removes everything from the primary.
    public func empty() {
        if let primary { _ = try? servers[primary].tell("FLUSHALL") }
    }

    private static func ask(_ port: UInt16, _ words: [String]) throws -> String {
        let run = Process()
        run.executableURL = URL(fileURLWithPath: "/usr/bin/redis-cli")
        run.arguments = ["-p", "\(port)"] + words
        let pipe = Pipe()
        run.standardOutput = pipe
        run.standardError = pipe
        try run.run()
        let data = pipe.fileHandleForReading.readDataToEndOfFile()
        run.waitUntilExit()
        return String(decoding: data, as: UTF8.self)
    }
}
