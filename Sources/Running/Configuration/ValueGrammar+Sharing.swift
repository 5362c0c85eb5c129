internal import Redis

extension ValueGrammar where Value == String {
    /// Which Redis several servers share.
    static var redis: Self {
        .scalar(
            .text, allowsEmpty: true,
            parse: { text throws(ValueFailure) in
                if text.isEmpty { return text }
                do throws(RedisError) {
                    return try RedisAddress(text).description
                } catch {
                    throw ValueFailure(
                        problem: "\(QuotedText(text)) is not the address of a Redis",
                        remedy: "write redis:unix:/PATH, redis:HOST:PORT/DB or sentinel:NAME@HOST:PORT,HOST:PORT")
                }
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
