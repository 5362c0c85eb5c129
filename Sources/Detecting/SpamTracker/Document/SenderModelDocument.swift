public import SMTP

/// The text form of a `SenderModel`: one fact a line, version first, a count of lines last. Numbers are written so that
/// reading gives the same bits, and the order is fixed: equal models give equal files.
///
/// Domains are written as the table holds them. Whoever stores a model at rest gives the table keyed hashes for names.
public enum SenderModelDocument {
    /// The version written and read.
    public static let version = 2

    /// The document's lines, each without its line end.
    ///
    /// - Parameters:
    ///   - model: What to write.
    ///   - write: Takes a line.
    public static func write<Failure>(_ model: SenderModel, to write: (String) throws(Failure) -> Void) throws(Failure)
    {
        var count = 0
        func line(_ words: String...) throws(Failure) {
            try write(words.joined(separator: " "))
            count += 1
        }
        try line("argot-senders", "\(version)")
        let settings = model.settings
        try line("half-lives", "\(settings.domainHalfLife)", "\(settings.historyHalfLife)")
        try line("unlabelled-weight", "\(settings.unlabelledWeight)")
        try line("contamination", "\(settings.contamination)")
        try line("examples", "\(settings.examplesPerPeriod)", "\(settings.periods)")
        try line("sensor-share", "\(settings.sensors.maximumShare)")
        if let trusted = settings.sensors.trusted {
            try line("trusted", trusted.sorted().map(String.init).joined(separator: " "))
        }
        if let until = model.learnedUntil { try line("learned-until", "\(until.seconds)") }
        try line("input", String(model.inputHash, radix: 16))
        try line("table", "\(model.table.capacity)", "\(model.table.tailBuckets)")
        for name in model.table.names { try line("domain", escaped(name)) }
        let domains = model.domains
        try line("senders", "\(domains.spamTotal)", "\(domains.backgroundTotal)")
        try line("prior", "\(domains.prior.spam)", "\(domains.prior.background)")
        for number in domains.spam.indices where domains.senders[number] > 0 {
            try line(
                "column", "\(number)", "\(domains.spam[number])", "\(domains.background[number])",
                "\(domains.senders[number])")
        }
        for cluster in model.clusters {
            let cells = zip(cluster.domains, cluster.average).map { "\($0):\($1)" }.joined(separator: " ")
            try line("cluster", "\(cluster.senderCount)", cells)
        }
        try line("contrast", numbers([model.contrastModel.intercept] + model.contrastModel.weights))
        try line("combined", numbers([model.combinedModel.intercept] + model.combinedModel.weights))
        try line("history", "\(model.history.capacity)", "\(model.history.total.spam)", "\(model.history.total.honest)")
        for level in model.history.counts.indices {
            for key in model.history.counts[level].allKeys.sorted() {
                let seen = model.history.counts[level][key]!
                try line("seen", "\(level)", String(key, radix: 16), "\(seen.spam)", "\(seen.honest)")
            }
        }
        for example in model.examples {
            try line(
                "example", "\(example.time.seconds)", example.isSpam ? "spam" : "honest", "\(example.weight)",
                numbers(example.features.values))
        }
        try write("end \(count)")
    }

    /// The document as one text.
    public static func text(for model: SenderModel) -> String {
        var lines: [String] = []
        write(model) { lines.append($0) }
        return lines.joined(separator: "\n") + "\n"
    }

    /// Reads a document.
    ///
    /// - Parameters:
    ///   - text: The document.
    ///   - file: Its name, for messages.
    /// - Throws: the first fault, with its line.
    public static func model(from text: some StringProtocol, file: String) throws(DocumentFault) -> SenderModel {
        var reader = SenderModelReader(file: file)
        for line in text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline) {
            try reader.read(Substring(line))
        }
        return try reader.finish()
    }

    private static func numbers(_ values: [Double]) -> String { values.map { "\($0)" }.joined(separator: " ") }

    /// The name without blanks, control characters and `%`, which are written as `%` and two hexadecimal digits.
    static func escaped(_ name: String) -> String {
        guard !name.isEmpty else { return "%" }
        var text = ""
        for byte in name.utf8 {
            if (0x21...0x7e).contains(byte), byte != UInt8(ascii: "%") {
                text.unicodeScalars.append(Unicode.Scalar(byte))
            } else {
                text += "%" + byte.padded(to: 2, radix: 16)
            }
        }
        return text
    }

    static func unescaped(_ text: Substring) -> String? {
        guard text != "%" else { return "" }
        var bytes: [UInt8] = []
        var rest = text.utf8[...]
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "%") else {
                bytes.append(byte)
                continue
            }
            guard rest.count >= 2, let value = UInt8(String(decoding: rest.prefix(2), as: UTF8.self), radix: 16) else {
                return nil
            }
            bytes.append(value)
            rest = rest.dropFirst(2)
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
