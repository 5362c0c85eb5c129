import Glibc
import Milter
import SMTP

/// Reads the data of commands. What was sent is looked at, and never copied without need.
enum CommandData {
    /// The longest argument list that a session is shown, in bytes; mail servers limit a command line to 2 kB or less.
    static let maximumArguments = 8_192

    /// Where the first NUL at or behind `start` is; `nil` when there is none.
    static func terminator(in data: borrowing Span<UInt8>, from start: Int = 0) -> Int? {
        guard start < data.count else { return nil }
        // unsafe: memchr reads from `start` to the end of the bytes, and returns a place among them.
        return unsafe data.withUnsafeBytes { bytes in
            guard let base = bytes.baseAddress,
                let found = unsafe memchr(base + start, 0, bytes.count - start)
            else { return nil }
            return unsafe UnsafeRawPointer(found) - base
        }
    }

    /// The argument list of MAIL or RCPT, without the NUL behind the last: whole arguments up to ``maximumArguments``, the
    /// first cut if need be. `nil` when nothing ends by NUL.
    static func arguments(in data: borrowing Span<UInt8>) -> Range<Int>? {
        guard var end = terminator(in: data) else { return nil }
        guard end <= maximumArguments else { return 0..<maximumArguments }
        while let next = terminator(in: data, from: end + 1), next <= maximumArguments { end = next }
        return 0..<end
    }

    /// The parts of a header: how long its name is, and where its value is. `nil` when it is not two texts.
    static func header(in data: borrowing Span<UInt8>) -> (nameLength: Int, value: Range<Int>)? {
        // The name has one byte at least, be it a NUL.
        guard data.count > 0, data[data.count - 1] == 0, let middle = terminator(in: data, from: 1),
            middle < data.count - 1, let end = terminator(in: data, from: middle + 1)
        else { return nil }
        return (data[0] == 0 ? 0 : middle, middle + 1..<end)
    }

    /// The client, from the data of CONNECT: its name, its family, and where it is. `nil` when that cannot be read.
    static func peer(in data: borrowing Span<UInt8>) -> MilterPeer? {
        guard let end = terminator(in: data), end + 1 < data.count else { return nil }
        let name = text(in: data, 0..<end)
        let family = data[end + 1]
        if family == UInt8(ascii: "U") { return MilterPeer(hostName: name, origin: .unknown) }
        let place = end + 4
        guard place < data.count, data[data.count - 1] == 0 else { return nil }
        let port = UInt16(data[end + 2]) << 8 | UInt16(data[end + 3])
        switch family {
        case UInt8(ascii: "4"):
            var address = in_addr()
            // unsafe: the text is ended by NUL within the data, as was checked; inet_aton fills the variable.
            let isRead = unsafe data.withUnsafeBufferPointer { buffer in
                unsafe buffer.baseAddress!.withMemoryRebound(to: CChar.self, capacity: buffer.count) {
                    unsafe inet_aton($0 + place, &address) == 1
                }
            }
            guard isRead else { return nil }
            let bits = UInt32(bigEndian: address.s_addr)
            return MilterPeer(hostName: name, origin: .network(ClientAddress(ipv4: bits), port: port))
        case UInt8(ascii: "6"):
            guard let bits = ipv6(in: data, at: place) else { return nil }
            return MilterPeer(hostName: name, origin: .network(ClientAddress(ipv6: bits), port: port))
        case UInt8(ascii: "L"):
            guard let end = terminator(in: data, from: place), end - place < MemoryLayout<sockaddr_un>.size - 2 else {
                return nil
            }
            return MilterPeer(hostName: name, origin: .local)
        default: return nil
        }
    }

    /// The bytes of a range as text.
    private static func text(in data: borrowing Span<UInt8>, _ range: Range<Int>) -> String {
        // unsafe: the bytes are copied at once.
        unsafe data.extracting(range).withUnsafeBufferPointer { unsafe String(decoding: $0, as: UTF8.self) }
    }

    /// An IPv6 address as text, with or without the prefix `IPv6:`.
    private static func ipv6(in data: borrowing Span<UInt8>, at place: Int) -> UInt128? {
        var start = place
        var hasPrefix = true
        for (offset, byte) in Array("ipv6:".utf8).enumerated() where hasPrefix {
            let found = place + offset < data.count ? data[place + offset] : 0
            hasPrefix = found == byte || 0x41...0x5a ~= found && found + 0x20 == byte
        }
        if hasPrefix { start += 5 }
        var bits = UInt128(0)
        // unsafe: the text is ended by NUL within the data, as was checked; inet_pton fills 16 bytes.
        let isRead = unsafe data.withUnsafeBufferPointer { buffer in
            unsafe buffer.baseAddress!.withMemoryRebound(to: CChar.self, capacity: buffer.count) {
                unsafe inet_pton(AF_INET6, $0 + start, &bits) == 1
            }
        }
        return isRead ? UInt128(bigEndian: bits) : nil
    }
}
