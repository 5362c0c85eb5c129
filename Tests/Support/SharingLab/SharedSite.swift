import ClientLab
import DaemonLab
import FakeMTA
import Foundation
import RedisLab

/// Several argotds of one site, which put strangers off for two seconds.
final class SharedSite: Sendable {
    let daemons: [ArgotDaemon]

    /// Starts one argotd for each address of a Redis.
    init(_ addresses: [String]) throws {
        let key = Data((0..<32).map { _ in UInt8.random(in: .min ... .max) })
        daemons = try addresses.enumerated().map { index, address in
            let daemon = try ArgotDaemon([
                "mode": "enforce", "greylist_delay": "2s", "shared_store": address,
                "shared_store_name": "mx\(index + 1)", "greylist_auto_allow": "0",
            ])
            try FileManager.default.createDirectory(
                atPath: daemon.path("data"), withIntermediateDirectories: true)
            try key.write(to: URL(fileURLWithPath: daemon.path("data/hashing.key")))
            chmod(daemon.path("data/hashing.key"), 0o600)
            try daemon.start()
            return daemon
        }
        guard Poll.until(.after(.seconds(60)), { self.daemons.allSatisfy(isConnected) }) else {
            throw LabError(.startFailed, "the servers do not find one another", at: addresses.joined(separator: " "))
        }
    }

    /// What `argot` prints for a server.
    @discardableResult
    func argot(_ words: [String], at daemon: ArgotDaemon) -> Data {
        let output = daemon.path("argot-\(UUID().uuidString)")
        guard let program = try? FilterProcess.executable("argot"),
            let child = try? ChildProcess(
                program, words + ["--config", daemon.configurationFile], output: output)
        else { return Data() }
        _ = child.wait(until: .after(.seconds(30)))
        defer { try? FileManager.default.removeItem(atPath: output) }
        return FileManager.default.contents(atPath: output) ?? Data()
    }

    func status(_ daemon: ArgotDaemon) -> [String: Any] {
        let data = argot(["status", "--json"], at: daemon)
        return (try? JSONSerialization.jsonObject(with: data)) as? [String: Any] ?? [:]
    }

    func attempts(_ daemon: ArgotDaemon) -> Int {
        (status(daemon)["memory"] as? [String: Any])?["attempts"] as? Int ?? -1
    }

    func sharing(_ daemon: ArgotDaemon) -> [String: Any] { status(daemon)["sharing"] as? [String: Any] ?? [:] }

    func isConnected(_ daemon: ArgotDaemon) -> Bool { sharing(daemon)["connected"] as? Bool ?? false }

    /// Whether a server's list has an entry.
    func has(_ list: String, _ entry: String, at daemon: ArgotDaemon) -> Bool {
        String(decoding: argot([list], at: daemon), as: UTF8.self).split(whereSeparator: \.isWhitespace)
            .contains { $0 == entry }
    }

    /// Whether all are connected, and remember equally many attempts.
    var agrees: Bool { daemons.allSatisfy(isConnected) && Set(daemons.map(attempts)).count == 1 }

    /// The verdict at RCPT for a client at a server; `nil` where there was no answer.
    func verdict(of address: String, at daemon: ArgotDaemon) -> MilterAnswer.Verdict? {
        do {
            let session = try FakeMTASession(socket: daemon.socket)
            let greeted = try session.connect(ClientPeer(ip: address))
            if greeted.verdict != .continue { return greeted.verdict }
            _ = try session.helo(address)
            // Numbers in senders do not count, and an attempt of the same sender would pass for another's.
            let letters = Array("abcdefghij")
            let name = String(address.map { $0.wholeNumberValue.map { letters[$0] } ?? "-" })
            let sent = try session.mail("<\(name)@elsewhere.example>")
            if sent.verdict != .continue { return sent.verdict }
            let verdict = try session.rcpt("<user1@lab.example>").verdict
            try session.quit()
            return verdict
        } catch {
            return nil
        }
    }

    /// The address of a client, in a network of its own.
    static func address(_ number: Int) -> String {
        "\(11 + number / 62_500).\(number / 250 % 250).\(number % 250).9"
    }

    func stop() { for daemon in daemons { daemon.stop() } }
}
