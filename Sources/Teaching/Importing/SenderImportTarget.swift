package import Keeping

/// What becomes of an imported message.
package enum SenderImportVerdict {
    /// It is taken.
    case kept

    /// Older than is kept.
    case tooOld

    /// Its date is more than a day ahead.
    case inFuture
}

/// Where imported messages go.
package protocol SenderImportTarget {
    /// How far files that begin so were imported.
    func progress(of identity: UInt64) throws -> [ImportProgress]

    /// Takes a message, or passes it over.
    mutating func add(_ mail: ImportedMail) throws -> SenderImportVerdict

    /// Whether so much waits in memory that `keep` should be called.
    var isFull: Bool { get }

    /// Keeps what was taken, together with how far the file is read by that: all or nothing.
    mutating func keep(_ progress: ImportProgress?) throws
}
