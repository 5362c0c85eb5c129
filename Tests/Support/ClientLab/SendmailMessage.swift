import Foundation

/// A message in the queue of a private Sendmail.
public struct SendmailMessage: Sendable {
    /// Its queue id.
    public let id: String
    /// Whether a filter had it put aside.
    public let isQuarantined: Bool
    /// The recipients, as Sendmail keeps them.
    public let recipients: [String]
    /// The lines of its headers.
    public let headers: [String]
    /// Its body.
    public let body: String

    /// Reads a control file of the queue and the data file that belongs to it; nil if one of them is gone.
    init?(file: String, in queue: String) {
        guard let control = FileManager.default.contents(atPath: "\(queue)/\(file)"),
            let data = FileManager.default.contents(atPath: "\(queue)/df\(file.dropFirst(2))")
        else { return nil }
        id = String(file.dropFirst(2))
        isQuarantined = file.hasPrefix("hf")
        body = String(decoding: data, as: UTF8.self)
        let lines = String(decoding: control, as: UTF8.self).split(separator: "\n")
        // `RPFD:<a@b>`: flags, then the address. `H??Subject: x`: the flags of mailers, then the header.
        recipients = lines.filter { $0.hasPrefix("R") }.compactMap { line in
            line.firstIndex(of: ":").map { String(line[line.index(after: $0)...]) }
        }
        headers = lines.filter { $0.hasPrefix("H?") }.compactMap { line in
            line.dropFirst(2).firstIndex(of: "?").map { String(line[line.index(after: $0)...]) }
        }
    }
}
