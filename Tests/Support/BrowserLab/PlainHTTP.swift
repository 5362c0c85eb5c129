import ClientLab
import Foundation
import Glibc

/// HTTP as bytes over a socket: what browsers do not let one do can be sent too.
public enum PlainHTTP {
    /// Where somebody listens.
    public enum Place: Sendable {
        case port(UInt16)
        case unix(String)
    }

    /// An answer.
    public struct Answer: Sendable {
        /// The status.
        public var status = 0
        /// Fields by names in lower case; the last of each.
        public var fields: [String: String] = [:]
        /// The body.
        public var body: [UInt8] = []

        /// The body as text.
        public var text: String { String(decoding: body, as: UTF8.self) }
    }

    /// Asks, and returns the answer; each read and write may take a minute.
    public static func ask(
        _ place: Place, _ method: String, _ target: String, fields: [(String, String)] = [], body: [UInt8] = [],
        host: String = "localhost"
    ) throws -> Answer {
        var head = "\(method) \(target) HTTP/1.1\r\nHost: \(host)\r\nConnection: close\r\n"
        for (name, value) in fields { head += "\(name): \(value)\r\n" }
        if !body.isEmpty || method == "POST" { head += "Content-Length: \(body.count)\r\n" }
        return try send(place, Array((head + "\r\n").utf8) + body)
    }

    /// Sends bytes, and returns what is answered until the other side ends, or `most` bytes of it have come.
    public static func send(_ place: Place, _ bytes: [UInt8], most: Int = 1 << 24) throws -> Answer {
        let descriptor = try connect(place)
        defer { close(descriptor) }
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
            // Whoever answers before all is sent may end before, too.
            guard count > 0 else { break }
            rest = rest.dropFirst(count)
        }
        var received: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while received.count < most {
            let count = read(descriptor, &buffer, buffer.count)
            guard count > 0 else { break }
            received += buffer[..<count]
            if let answer = complete(received) { return answer }
        }
        return answer(received) ?? Answer()
    }

    /// The answer, if its length is told and reached.
    private static func complete(_ bytes: [UInt8]) -> Answer? {
        guard let answer = answer(bytes), let length = answer.fields["content-length"].flatMap({ Int($0) }) else {
            return nil
        }
        return answer.body.count >= length ? answer : nil
    }

    private static func answer(_ bytes: [UInt8]) -> Answer? {
        guard let end = bytes.firstRange(of: Array("\r\n\r\n".utf8)) else { return nil }
        let lines = String(decoding: bytes[..<end.lowerBound], as: UTF8.self).components(separatedBy: "\r\n")
        var answer = Answer()
        answer.status = lines.first.flatMap { $0.split(separator: " ").dropFirst().first }.flatMap { Int($0) } ?? 0
        for line in lines.dropFirst() {
            let halves = line.split(separator: ":", maxSplits: 1)
            guard halves.count == 2 else { continue }
            answer.fields[halves[0].lowercased()] = halves[1].trimmingCharacters(in: .whitespaces)
        }
        answer.body = Array(bytes[end.upperBound...])
        return answer
    }

    private static func connect(_ place: Place) throws -> Int32 {
        switch place {
        case .port(let port):
            let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
            var address = sockaddr_in()
            address.sin_family = sa_family_t(AF_INET)
            address.sin_port = port.bigEndian
            address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
            let result = withUnsafePointer(to: &address) {
                $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    Glibc.connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
                }
            }
            return try checked(descriptor, result)
        case .unix(let path):
            let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
            var address = sockaddr_un()
            address.sun_family = sa_family_t(AF_UNIX)
            withUnsafeMutableBytes(of: &address.sun_path) { room in
                for (index, byte) in path.utf8.prefix(room.count - 1).enumerated() { room[index] = byte }
            }
            let result = withUnsafePointer(to: &address) {
                $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    Glibc.connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
                }
            }
            return try checked(descriptor, result)
        }
    }

    private static func checked(_ descriptor: Int32, _ result: Int32) throws -> Int32 {
        guard result == 0 else {
            close(descriptor)
            throw LabError(.connectionFailed, "nobody listens")
        }
        var limit = timeval(tv_sec: 60, tv_usec: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
        setsockopt(descriptor, SOL_SOCKET, SO_SNDTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
        return descriptor
    }
}
