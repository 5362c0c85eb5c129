package import SMTP

/// What an import tells while it works, for whoever watches it.
package enum ImportNews: Sendable {
    /// It reads this file now, of this many bytes on disk if that is known.
    case begins(file: String, bytes: Int64?)

    /// This many bytes of the file are read.
    case reached(Int64)

    /// Something that is skipped: a part of a file, or a file that cannot be read at all.
    case fault(DocumentFault)

    /// What else there is to say of a file.
    case remark(String)

    /// The file is read to its end, or given up.
    case ends
}

/// Who watches an import.
package typealias ImportWatch = (ImportNews) -> Void

/// What was imported cannot be written. Faults of documents are those of what is read: an import continues after one.
package struct ImportWriteFailure: Error, CustomStringConvertible {
    /// What is wrong and what to do.
    package let description: String

    init(_ fault: DocumentFault) { description = fault.description }
}
