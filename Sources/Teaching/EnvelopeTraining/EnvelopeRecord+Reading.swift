import Files
import FoundationEssentials
import SMTP

extension EnvelopeRecord {
    /// The longest line that is read, in bytes.
    private static let longestLine = 1 << 20

    /// Reads files of judged mail, a line of JSON each, plain or compressed with gzip: `t`, `ip`, `label` and what is
    /// known of `proto`, `helo`, `rdns`, `forged`, `by`, `mailer`, `hdr_order`, `mail_from_domain`, `message_id`,
    /// `date`.
    ///
    /// - Parameter needsLabels: whether a label must be `spam` or `ham`; else it may be `unknown`.
    /// - Throws: `DocumentFault` for the first line that is no such record, and when there is none at all.
    package static func read(_ paths: [String], needsLabels: Bool = true) throws -> [EnvelopeRecord] {
        var records: [EnvelopeRecord] = []
        let decoder = JSONDecoder()
        for path in paths {
            var lines = try LineReader(path: path, limit: longestLine)
            while let line = try lines.next() {
                guard !line.bytes.isEmpty else { continue }
                func fault(_ problem: String) -> DocumentFault {
                    DocumentFault(file: path, line: line.number, problem: problem)
                }
                guard !line.isCut else {
                    throw fault("the line is longer than \(longestLine) bytes: is this JSON lines?")
                }
                let record: JudgedMailLine
                do {
                    record = try decoder.decode(JudgedMailLine.self, from: Data(line.bytes))
                } catch {
                    throw fault(
                        "this is not an envelope record: it must be a JSON object with t (seconds), ip, label and "
                            + "what is known of helo, rdns, proto, hdr_order, mailer"
                    )
                }
                guard let client = ClientAddress(record.ip) else {
                    throw fault("\"\(record.ip.prefix(60))\" is not an IP address")
                }
                guard let label = RecordLabel(rawValue: record.label) else {
                    throw fault("the label is \"\(record.label.prefix(40))\": use spam, ham or unknown")
                }
                guard needsLabels == false || label != .unknown else {
                    throw fault(
                        "the label is \"unknown\", and nothing can be learned from that where every label is taken at its "
                            + "word: use --imperfect")
                }
                guard record.t.isFinite, abs(record.t) < 1e11 else { throw fault("t is not a time in seconds") }
                records.append(record.envelope(from: client, label))
            }
        }
        guard !records.isEmpty else {
            throw DocumentFault(
                file: paths.joined(separator: ", "), line: 0, problem: "it contains no envelope records")
        }
        return records
    }
}

/// A judged mail as a line of JSON.
private struct JudgedMailLine: Decodable {
    let t: Double
    let ip: String
    let label: String
    let proto: String?
    let helo: String?
    let rdns: String?
    let forged: Bool?
    let by: String?
    let mailer: String?
    let hdr_order: [String]?
    let mail_from_domain: String?
    let message_id: String?
    let date: String?

    func envelope(from client: ClientAddress, _ label: RecordLabel) -> EnvelopeRecord {
        EnvelopeRecord(
            time: UnixTime(seconds: Int64(t)), client: client, label: label,
            isExtended: proto.map { $0.uppercased().hasPrefix("ESMTP") }, helo: helo, clientName: rdns,
            resolution: rdns == nil ? .fail : forged == true ? .forged : .ok, receiver: by ?? "",
            senderDomain: mail_from_domain, mailer: mailer, messageID: message_id, date: date,
            headers: hdr_order ?? [])
    }
}
