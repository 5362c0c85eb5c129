/// How a client asks for a TCP connection: what of its SYN the system of its host decides, and no program on it.
///
/// Behind a proxy it is the proxy's, and on a loopback interface nobody's.
public struct SYNShape: Sendable, Hashable {
    /// The most options that a header has room for (RFC 9293, 3.1: 40 bytes of them).
    public static let maximumOptions = 40

    /// The window, in bytes, before any scaling.
    public var window: UInt16

    /// How many hops the packet could still take when it was captured: what the host began with, less the way.
    public var hopLimit: UInt8

    /// The kinds of the options, in order; padding behind the end of the list is not among them.
    public var options: [UInt8]

    /// The largest segment that the client takes (kind 2); `nil` without the option.
    public var maximumSegment: UInt16?

    /// The exponent of window scaling (kind 3); `nil` without the option.
    public var windowScale: UInt8?

    /// A shape of its parts.
    public init(window: UInt16, hopLimit: UInt8, options: [UInt8], maximumSegment: UInt16?, windowScale: UInt8?) {
        self.window = window
        self.hopLimit = hopLimit
        self.options = options
        self.maximumSegment = maximumSegment
        self.windowScale = windowScale
    }

    /// The shape of a SYN with these bytes of options, read up to the first one that is damaged. O(number of bytes).
    init(window: UInt16, hopLimit: UInt8, options bytes: Span<UInt8>) {
        self.init(window: window, hopLimit: hopLimit, options: [], maximumSegment: nil, windowScale: nil)
        var index = 0
        while index < bytes.count, options.count < Self.maximumOptions {
            let kind = bytes[index]
            options.append(kind)
            if kind == 0 { return }
            guard kind != 1 else {
                index += 1
                continue
            }
            guard index + 1 < bytes.count else { return }
            let length = Int(bytes[index + 1])
            guard length >= 2, index + length <= bytes.count else { return }
            if kind == 2, length == 4 { maximumSegment = bytes.number16(at: index + 2) }
            if kind == 3, length == 3 { windowScale = bytes[index + 2] }
            index += length
        }
    }
}

extension SYNShape: CustomStringConvertible {
    /// `WINDOW/HOPS/OPTION,OPTION…`, options by the words that p0f has for them: `64240/57/mss1460,sok,ts,nop,ws7`.
    public var description: String {
        let words = options.map { kind in
            switch kind {
            case 0: "eol"
            case 1: "nop"
            case 2: maximumSegment.map { "mss\($0)" } ?? "mss"
            case 3: windowScale.map { "ws\($0)" } ?? "ws"
            case 4: "sok"
            case 5: "sack"
            case 8: "ts"
            default: "?\(kind)"
            }
        }
        return "\(window)/\(hopLimit)/" + words.joined(separator: ",")
    }
}
