/// A path with stored mail, and what is said of the messages in it.
package struct MailSource: Sendable {
    /// A file (mbox, one message, or transcripts) or a directory (Maildir with its folders, or files of messages).
    package let path: String

    /// What its messages are; `nil` to go by folders and flags.
    package let label: MailLabel?

    /// A source.
    package init(path: String, label: MailLabel?) {
        self.path = path
        self.label = label
    }

    /// What messages of a folder are; `nil` for those that are left out, because the owner wrote them.
    ///
    /// Folders of junk are spam whatever is said of the directory they lie in, and what was thrown away is unknown. Without
    /// a word about the source, a message counts as honest only if it was read and left where it was.
    func label(in folder: FolderKind, isSeen: Bool) -> MailLabel? {
        if label == .spam { return .spam }
        switch folder {
        case .junk: return .spam
        case .trash: return .unknown
        case .own: return nil
        case .other: return label ?? (isSeen ? .honest : .unknown)
        }
    }
}
