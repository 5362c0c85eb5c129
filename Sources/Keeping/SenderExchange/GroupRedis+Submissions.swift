internal import Redis
internal import Signing

extension GroupRedis {
    /// How many entries the stream holds, by default: beyond that the oldest are removed.
    public static let streamLength = 4_096

    /// Adds a submission's document to the stream, in pieces that stand together; all of it or nothing.
    ///
    /// - Parameter length: how many entries the stream then has at most. A document longer than that is not sent.
    public func submit(_ document: [UInt8], length: Int = Self.streamLength) throws(GroupRedisFault) {
        let size = max(1, pieceBytes)
        let count = max(1, (document.count + size - 1) / size)
        guard count <= length else {
            throw GroupRedisFault(
                .init(
                    .full, at: place(submissions),
                    "a submission of \(document.count) bytes has more pieces (\(count)) than the stream may have entries "
                        + "(\(length))"))
        }
        let name = Array("\(PayloadDigest(of: document))".utf8)
        func words(_ texts: String...) -> [[UInt8]] { texts.map { Array($0.utf8) } }
        let pieces = (0..<count).map { number -> [[UInt8]] in
            words("XADD", submissions, "MAXLEN", "\(length)", "*", "document") + [name]
                + words("piece", "\(number + 1)/\(count)", "bytes")
                + [Array(document[(number * size)..<min(document.count, (number + 1) * size)])]
        }
        try connected { connection throws(RedisError) in
            let commands = count == 1 ? pieces : [words("MULTI")] + pieces + [words("EXEC")]
            let answers = try connection.ask(all: commands)
            for answer in answers + (answers.last?.array ?? []) {
                if let refusal = answer.refusal { throw RedisError(refusal: refusal, at: connection.place) }
            }
        }
    }
}
