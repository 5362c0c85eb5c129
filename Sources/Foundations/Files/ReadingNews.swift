package import SMTP

/// What is told while files are read, for whoever watches.
package enum ReadingNews: Sendable {
    /// This file is read now, of this many bytes on disk if that is known.
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

/// Who watches.
package typealias ReadingWatch = (ReadingNews) -> Void
