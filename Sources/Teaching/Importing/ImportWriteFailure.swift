import SMTP

/// What was imported cannot be written. Faults of documents are those of what is read: an import continues after one.
package struct ImportWriteFailure: Error, CustomStringConvertible {
    /// What is wrong and what to do.
    package let description: String

    init(_ fault: DocumentFault) { description = fault.description }
}
