import Files
import MailLogs
import SMTP
import SpamTracker
package import Keeping

/// Writes imported messages to a CSV file of the columns t, ip, recipient, label, weight, code.
package final class SenderCSVTarget: SenderImportTarget {
    private var file: OutputFile?

    /// Opens the file, or the standard output for `-`.
    package init(path: String) throws {
        file = try OutputFile(path: path)
        try file?.write("t,ip,recipient,label,weight,code\n".utf8)
    }

    /// Nothing is remembered of a file: each import writes all of it.
    package func progress(of identity: UInt64) throws -> [ImportProgress] { [] }

    /// Writes a message.
    package func add(_ mail: ImportedMail) throws -> SenderImportVerdict {
        let label = mail.label == .spam ? "spam" : mail.label == .honest ? "ham" : ""
        let recipient = mail.recipient
        let isPlain = !recipient.domain.contains { $0 == "," || $0 == "\"" }
        let domain = isPlain ? recipient.domain : "\"" + recipient.domain.replacing("\"", with: "\"\"") + "\""
        let code = recipient.refusal.map(String.init) ?? ""
        let line = "\(recipient.time.seconds),\(recipient.client),\(domain),\(label),\(mail.weight),\(code)\n"
        do throws(DocumentFault) {
            try file?.write(line.utf8)
        } catch {
            throw ImportWriteFailure(error)
        }
        return .kept
    }

    /// Never: the file buffers by itself.
    package var isFull: Bool { false }

    /// Nothing to do: what was added is written.
    package func keep(_ progress: ImportProgress?) throws {}

    /// Writes what is left; a regular file is in its place only then.
    package func finish() throws { try file.take()?.finish() }
}
