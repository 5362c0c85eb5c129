import ClientLab
import Foundation
import Glibc

/// A real rbldnsd that serves one zone on an address and port of loopback.
final class BlocklistServer {
    /// The zone's name.
    static let zone = "senders.example"

    /// Where it answers.
    let address: String
    let port: UInt16

    private let process: ChildProcess
    private let lifeline: Lifeline

    /// Whether Debian's package is here.
    static var isUsable: Bool { geteuid() == 0 && Executable.path(of: "rbldnsd") != nil }

    /// Starts it.
    ///
    /// - Parameters:
    ///   - files: the zone's files in `directory`, with their types: `ip4set:zone4`.
    ///   - port: 53 for resolvers, which know no other.
    init(directory: String, files: [String], address: String = "127.0.0.1", port: UInt16) throws {
        self.address = address
        self.port = port
        process = try ChildProcess(
            try Executable.require("rbldnsd", package: "rbldnsd"),
            ["-n", "-u", "nobody", "-b", "\(address)/\(port)", "-w", directory, "-c", "1s"]
                + files.map { "\(Self.zone):\($0)" }, output: directory + "/rbldnsd.log",
            errors: directory + "/rbldnsd.log")
        lifeline = try Lifeline(of: process)
        guard Poll.until(.after(.seconds(30)), { (try? answer(for: "2.0.0.127.\(Self.zone)")) ?? nil != nil }) else {
            throw LabError(
                .startFailed,
                "rbldnsd did not start: \((try? String(contentsOfFile: directory + "/rbldnsd.log", encoding: .utf8)) ?? "")",
                at: directory)
        }
    }

    deinit {
        process.stop(within: .milliseconds(500))
        lifeline.cut()
    }

    /// What it says of a name.
    struct Answer: Equatable {
        /// The response code: 0, or 3 for a name that does not exist.
        var code: UInt8
        var addresses: [String] = []
        var texts: [String] = []
        var lifetimes: Set<UInt32> = []
    }

    /// Asks for A and TXT records; `nil` when nobody answers.
    func answer(for name: String) throws -> Answer? {
        guard var answer = try ask(name, type: 1) else { return nil }
        if let texts = try ask(name, type: 16) { answer.texts = texts.texts }
        return answer
    }

    /// The name under which an address is asked for.
    static func name(of address: String) -> String {
        if address.contains(":") {
            var bytes = in6_addr()
            inet_pton(AF_INET6, address, &bytes)
            let digits = withUnsafeBytes(of: &bytes) { $0.flatMap { [$0 >> 4, $0 & 15] } }
            return digits.reversed().map { String($0, radix: 16) }.joined(separator: ".") + "." + zone
        }
        return address.split(separator: ".").reversed().joined(separator: ".") + "." + zone
    }

    private func ask(_ name: String, type: UInt16) throws -> Answer? {
        let descriptor = socket(AF_INET, Int32(SOCK_DGRAM.rawValue), 0)
        defer { close(descriptor) }
        var target = sockaddr_in()
        target.sin_family = sa_family_t(AF_INET)
        target.sin_port = port.bigEndian
        inet_pton(AF_INET, address, &target.sin_addr)
        var query: [UInt8] = [0x12, 0x34, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0]
        for label in name.split(separator: ".") { query += [UInt8(label.utf8.count)] + label.utf8 }
        query += [0, UInt8(type >> 8), UInt8(type & 0xff), 0, 1]
        let isConnected = withUnsafePointer(to: &target) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
            }
        }
        guard isConnected, send(descriptor, query, query.count, 0) == query.count else { return nil }
        var wait = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        guard poll(&wait, 1, 500) == 1 else { return nil }
        var reply = [UInt8](repeating: 0, count: 4_096)
        let count = recv(descriptor, &reply, reply.count, 0)
        guard count >= query.count else { return nil }
        return Self.parse(Array(reply[..<count]), from: query.count)
    }

    private static func parse(_ reply: [UInt8], from start: Int) -> Answer {
        var answer = Answer(code: reply[3] & 15)
        var place = start
        for _ in 0..<(Int(reply[6]) << 8 | Int(reply[7])) {
            // A name: a pointer, or labels.
            while place < reply.count, reply[place] != 0, reply[place] & 0xc0 == 0 { place += Int(reply[place]) + 1 }
            place += place < reply.count && reply[place] & 0xc0 == 0xc0 ? 2 : 1
            guard place + 10 <= reply.count else { break }
            let type = Int(reply[place]) << 8 | Int(reply[place + 1])
            answer.lifetimes.insert(reply[(place + 4)..<(place + 8)].reduce(0) { $0 << 8 | UInt32($1) })
            let length = Int(reply[place + 8]) << 8 | Int(reply[place + 9])
            place += 10
            guard place + length <= reply.count else { break }
            let data = reply[place..<(place + length)]
            if type == 1 { answer.addresses.append(data.map(String.init).joined(separator: ".")) }
            if type == 16 { answer.texts.append(String(decoding: data.dropFirst(), as: UTF8.self)) }
            place += length
        }
        return answer
    }
}
