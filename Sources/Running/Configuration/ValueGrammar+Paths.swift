extension ValueGrammar where Value == String {
    /// A path from the root. When it may be empty, `emptyMeaning` says what that stands for.
    static func path(allowsEmpty: Bool = false) -> Self {
        .scalar(
            .path, allowsEmpty: allowsEmpty,
            parse: { text throws(ValueFailure) in
                if text.isEmpty { return text }
                guard text.hasPrefix("/") else {
                    throw ValueFailure(
                        problem: "\(QuotedText(text)) is not a path from the root", remedy: "start it with /")
                }
                try checkPath(text, limit: 4_095)
                var path = text
                while path.utf8.count > 1, path.utf8.last == UInt8(ascii: "/") { path.removeLast() }
                return path
            }, render: { $0 })
    }

    /// Where the mail server reaches something; see ``SocketSyntax``.
    static func socket(allowsEmpty: Bool = false) -> Self {
        .scalar(
            .socket, allowsEmpty: allowsEmpty,
            parse: { text throws(ValueFailure) in
                if text.isEmpty, allowsEmpty { return text }
                try SocketSyntax.check(text)
                return text
            }, render: { $0 })
    }

    /// The name or number of a group; empty when none is wanted.
    static var group: Self {
        .scalar(
            .text, allowsEmpty: true,
            parse: { text throws(ValueFailure) in
                let isName = text.utf8.enumerated().allSatisfy { index, byte in
                    switch byte {
                    case 0x61...0x7a, 0x41...0x5a, 0x30...0x39, UInt8(ascii: "_"): true
                    case UInt8(ascii: "-"), UInt8(ascii: "."): index > 0
                    default: false
                    }
                }
                guard isName, text.utf8.count <= 32 else {
                    throw ValueFailure(
                        problem: "\(QuotedText(text)) is not a group", remedy: "write one name of /etc/group")
                }
                return text
            }, render: { $0 })
    }

    /// Refuses what makes a path unusable.
    static func checkPath(_ path: String, limit: Int) throws(ValueFailure) {
        if path.utf8.contains(where: { $0 == 0x20 || $0 == 0x09 }) {
            throw ValueFailure(problem: "there is a blank in \(QuotedText(path))", remedy: "use a path without blanks")
        }
        if path.utf8.count > limit {
            throw ValueFailure(
                code: .outOfRange, problem: "the path has \(path.utf8.count) bytes",
                remedy: "use a path of at most \(limit)")
        }
    }
}
