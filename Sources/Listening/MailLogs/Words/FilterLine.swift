import LogLines

/// The line with which a filter logs what it thinks of a message.
///
/// Message-IDs and addresses in it are the sender's: where a field that is needed stands in the line twice, because the
/// sender has written one too, the line says nothing.
struct FilterLine {
    /// Who wrote it.
    let filter: MailFilter

    /// Whether the message is spam; `nil` for a filter that has not decided.
    let isSpam: Bool?

    /// The mail server's name for the message; `nil` where the filter was not told.
    let queueID: String?

    /// The Message-ID without its brackets; `nil` where there is none.
    let messageID: String?

    /// Why a line is left out.
    enum Doubt: Error {
        /// A field stands in it twice.
        case ambiguous
    }

    /// Reads a line of amavis, spamd or rspamd; `nil` for any other. O(length).
    init?(_ line: LogLine) throws(Doubt) {
        if line.program.begins(with: "amavis") {
            try self.init(amavis: line.message)
        } else if line.program.elementsEqual("spamd".utf8) || Self.isOwnLogOfSpamd(line) {
            try self.init(spamd: line.message)
        } else if line.program.elementsEqual("rspamd".utf8),
            // The tag and the module come before; a client's words do not stand there.
            let start = line.message.prefix(200).end(of: "rspamd_task_write_log: id: <")
        {
            try self.init(rspamd: line.message[start...])
        } else if Self.isOwnLog(line), let rest = line.message.after("id: <") {
            try self.init(rspamd: rest)
        } else {
            return nil
        }
    }

    /// spamd's own log: `Mon Nov 30 12:00:00 2026 [123] info: spamd: result: …`: the process stands where others have a host.
    private static func isOwnLogOfSpamd(_ line: LogLine) -> Bool {
        let number = line.host.dropFirst().dropLast()
        return line.program.elementsEqual("info".utf8) && line.host.first == UInt8(ascii: "[")
            && line.host.last == UInt8(ascii: "]") && !number.isEmpty && number.allSatisfy { 0x30...0x39 ~= $0 }
    }

    /// rspamd's own log: `2026-11-30 12:00:00 #123(normal) <tag>; task; rspamd_task_write_log: …`, which names no program: the
    /// process stands where others have a host, and the function where they have a program.
    private static func isOwnLog(_ line: LogLine) -> Bool {
        guard line.program.elementsEqual("rspamd_task_write_log".utf8), let open = line.host.firstIndex(of: 0x28) else {
            return false
        }
        let number = line.host[..<open].dropFirst()
        return line.host.first == UInt8(ascii: "#") && !number.isEmpty && number.allSatisfy { 0x30...0x39 ~= $0 }
    }

    /// `(12345-01) Blocked SPAM {…}, [192.0.2.1]:25 <a@b> -> <c@d>, Queue-ID: 4ABC, Message-ID: <…>, …`
    private init?(amavis message: ArraySlice<UInt8>) throws(Doubt) {
        guard message.first == UInt8(ascii: "("), let close = message.end(of: ") ") else { return nil }
        let rest = message[close...]
        guard let word = rest.after("Passed ") ?? rest.after("Blocked ") else { return nil }
        let category = word.prefix { 0x41...0x5a ~= $0 || $0 == UInt8(ascii: "-") }
        switch String(decoding: category, as: UTF8.self) {
        case "SPAM": isSpam = true
        case "CLEAN": isSpam = false
        // Between the two thresholds, infected, with a bad header, not looked at.
        default: return nil
        }
        filter = .amavis
        queueID = try Self.only(", Queue-ID: ", in: rest).flatMap { Self.queueID($0.prefix { $0 != 0x2c }) }
        messageID = queueID != nil ? nil : try Self.only(", Message-ID: <", in: rest).flatMap(Self.messageID)
    }

    /// `spamd: result: Y 7 - TESTS scantime=0.3,size=3114,user=…,mid=<…>,autolearn=no`; `.` for `Y` if it is none.
    private init?(spamd message: ArraySlice<UInt8>) throws(Doubt) {
        guard let rest = message.after("spamd: result: ") else { return nil }
        if rest.begins(with: "Y ") {
            isSpam = true
        } else if rest.begins(with: ". ") {
            isSpam = false
        } else {
            return nil
        }
        filter = .spamd
        queueID = nil
        messageID = try Self.only(",mid=<", in: rest).flatMap(Self.messageID)
    }

    /// `…>, qid: <4ABC>, ip: …, from: <…>, (default: T (reject): [16/15] […]), …`, from the Message-ID on.
    private init?(rspamd rest: ArraySlice<UInt8>) throws(Doubt) {
        guard let result = try Self.only(", (default: ", in: rest), let open = result.firstIndex(of: 0x28),
            let close = result[open...].firstIndex(of: 0x29)
        else { return nil }
        switch String(decoding: result[(open + 1)..<close], as: UTF8.self) {
        // A check that was skipped has no score and says nothing.
        case _ where result.first == UInt8(ascii: "S"): return nil
        case "reject", "add header", "rewrite subject", "quarantine": isSpam = true
        case "no action": isSpam = false
        // Put off, thrown away by a rule: not a word on what it is.
        default: return nil
        }
        filter = .rspamd
        queueID = try Self.only(">, qid: <", in: rest).flatMap { Self.queueID($0.prefix { $0 != 0x3e }) }
        messageID = queueID != nil ? nil : Self.messageID(rest)
    }

    /// What follows the only `pattern`; `nil` without one.
    private static func only(_ pattern: String, in text: ArraySlice<UInt8>) throws(Doubt) -> ArraySlice<UInt8>? {
        guard let end = text.end(of: pattern) else { return nil }
        guard text[end...].end(of: pattern) == nil else { throw .ambiguous }
        return text[end...]
    }

    private static func queueID(_ text: ArraySlice<UInt8>) -> String? {
        let isQueueID =
            5...40 ~= text.count && text.allSatisfy { LogText.isAlphanumeric($0) || $0 == UInt8(ascii: "-") }
        // rspamd's word for none.
        return isQueueID && !text.elementsEqual("undef".utf8) ? String(decoding: text, as: UTF8.self) : nil
    }

    private static func messageID(_ text: ArraySlice<UInt8>) -> String? {
        let id = text.prefix { $0 != 0x3e }
        return 1...998 ~= id.count && id.count < text.count && !id.elementsEqual("undef".utf8)
            ? String(decoding: id, as: UTF8.self) : nil
    }
}
