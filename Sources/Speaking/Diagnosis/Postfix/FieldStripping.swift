internal import Processes

/// Whether header fields in which a filter before Argot says what it thinks are the filter's own: a client can write them
/// too, and filters do not remove all of them.
public struct FieldStripping: Sendable {
    /// The fields that `filter_headers` names, as people write them.
    private let fields: [String]

    /// What a table says of a header line, empty for nothing; `nil` when it cannot be asked.
    private let lookUp: @Sendable (_ table: String, _ line: String) -> String?

    /// An examination of fields, each once, in the order given.
    ///
    /// - Parameter lookUp: what a Postfix table says of a header line; `nil` when it cannot be asked.
    public init(of fields: [String], lookUp: @escaping @Sendable (_ table: String, _ line: String) -> String?) {
        var seen: Set<String> = []
        self.fields = fields.filter { seen.insert($0.lowercased()).inserted }
        self.lookUp = lookUp
    }

    /// An examination that asks the tables of the Postfix in `directory`, by its own `postmap`.
    public init(of fields: [String], directory: String) {
        self.init(of: fields) { table, line in
            guard let run = try? ProgramRun("postmap", ["-c", directory, "-q", line, table], limit: 10) else {
                return nil
            }
            // 1 without a word is how postmap says that there is no entry.
            return run.status == 0 ? run.output : run.status == 1 && run.errors.isEmpty ? "" : nil
        }
    }

    /// What is wrong for a Postfix.
    public func findings(of examination: PostfixExamination) -> [Finding] {
        guard !fields.isEmpty, !examination.uses.isEmpty else { return [] }
        let postfix = examination.postfix
        var found: [Finding] = []
        for use in examination.uses where use.index == 0 {
            let finding = Finding(
                "postfix.no-filter-before", .warning, at: examination.place(of: use.list.entries[0].place),
                "filter_headers names fields of a filter before Argot, and none comes before it: only clients can have "
                    + "written them")
            if !found.contains(finding) { found.append(finding) }
        }
        let tables = MilterEntry.words(postfix["header_checks"][...]).map(String.init)
        var isUnknown = false
        let kept = fields.filter { field in
            let answers = tables.map { lookUp($0, "\(field): yes") }
            if answers.contains(nil) { isUnknown = true }
            return !answers.contains { Self.removes($0 ?? "") }
        }
        guard !kept.isEmpty else { return found }
        let names = kept.joined(separator: ", ")
        let remedy =
            tables.isEmpty
            ? [
                "install -m 644 /usr/share/doc/argot/examples/spamassassin/strip-spam-fields \(postfix.directory)/",
                "postconf -c \(postfix.directory) -e 'header_checks = regexp:\(postfix.directory)/strip-spam-fields'",
                "postfix -c \(postfix.directory) reload",
            ] : kept.map { "in a table of header_checks: /^\($0):/ IGNORE" }
        found.append(
            Finding(
                "postfix.filter-fields", isUnknown ? .note : .warning, at: postfix.mainFile,
                isUnknown
                    ? "whether header_checks removes what clients write into \(names) cannot be told: a table cannot be asked"
                    : "clients can write \(names) themselves, and filter_headers believes it: header_checks does not "
                        + "remove these fields before filters are asked", remedy: remedy))
        return found
    }

    /// What is wrong for a Sendmail, which has no means to remove a client's fields.
    public func findings(ofSendmail file: String) -> [Finding] {
        guard !fields.isEmpty else { return [] }
        return [
            Finding(
                "sendmail.filter-fields", .warning, at: file,
                "filter_headers believes \(fields.joined(separator: ", ")), which clients can write themselves, and Sendmail "
                    + "cannot remove: use \"argot judgements follow\" instead, unless the filter removes every copy")
        ]
    }

    /// Whether an action of header_checks (header_checks(5)) keeps the field from filters.
    private static func removes(_ action: String) -> Bool {
        let word = action.prefix { !$0.isWhitespace }.uppercased()
        return ["IGNORE", "STRIP", "REPLACE", "REJECT", "DISCARD"].contains(word)
    }
}
