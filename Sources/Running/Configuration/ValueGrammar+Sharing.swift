internal import Redis

extension ValueGrammar where Value == String {
    /// Which Redis several servers share, or which ones they divide their facts among.
    static var redis: Self {
        .scalar(
            .text, allowsEmpty: true,
            parse: { text throws(ValueFailure) in
                var addresses: [String] = []
                for word in text.split(whereSeparator: \.isWhitespace) {
                    let address: String
                    do throws(RedisError) { address = try RedisAddress(String(word)).description } catch {
                        throw ValueFailure(
                            problem: "\(QuotedText(String(word))) is not the address of a Redis",
                            remedy: "write redis:unix:/PATH, redis:HOST:PORT/DB or sentinel:NAME@HOST:PORT,HOST:PORT")
                    }
                    guard !addresses.contains(address) else {
                        throw ValueFailure(
                            problem: "\(QuotedText(address)) is named twice", remedy: "name each Redis once")
                    }
                    addresses.append(address)
                }
                guard addresses.count <= 64 else {
                    throw ValueFailure(
                        problem: "\(addresses.count) is more than 64 Redis servers", remedy: "name fewer")
                }
                return addresses.joined(separator: " ")
            }, render: { $0 })
    }

    /// A path from the root, or which Redis; or nothing.
    static var pathOrRedis: Self {
        Self(
            type: .text, allowsEmpty: true,
            parse: { text throws(ValueFailures) in
                let isRedis = ["redis:", "sentinel:"].contains(where: text.hasPrefix)
                return try (isRedis ? redis : path(allowsEmpty: true)).parse(text)
            }, render: { $0 })
    }

    /// A word of letters, digits and `.`, `_`, `-`; it may be empty unless that stands for something.
    static func word(_ standard: String = "") -> Self {
        .scalar(
            .text, allowsEmpty: standard.isEmpty,
            parse: { text throws(ValueFailure) in
                let isWord = text.utf8.allSatisfy { byte in
                    switch byte {
                    case 0x61...0x7a, 0x41...0x5a, 0x30...0x39: true
                    default: "._-".utf8.contains(byte)
                    }
                }
                guard isWord, text.utf8.count <= 64, !text.isEmpty || standard.isEmpty else {
                    throw ValueFailure(
                        problem: "\(QuotedText(text)) is not a word",
                        remedy: "use up to 64 letters, digits, dots, hyphens and underscores")
                }
                return text
            }, render: { $0 })
    }
}
