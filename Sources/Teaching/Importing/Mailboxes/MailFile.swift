import FoundationEssentials

/// A file of a source, and what its place says.
struct MailFile {
    let path: String
    let folder: FolderKind

    /// Whether it is one message of a Maildir; else its first line tells what it is.
    let isOfMaildir: Bool

    /// Whether a message was read, as the flags in its name say.
    var isSeen: Bool {
        // Where names may have no colon, programs write another sign.
        guard let info = path.lastIndex(where: { $0 == ":" || $0 == ";" || $0 == "!" }) else { return false }
        let flags = path[path.index(after: info)...]
        return flags.hasPrefix("2,") && flags.contains("S")
    }
}

/// The files of a source, one after another: of directories those below them too, in a fixed order.
///
/// In memory at a time are the names of the directories on the way down.
struct MailFiles: Sequence, IteratorProtocol {
    private struct Directory {
        var names: ArraySlice<String>
        let path: String
        let folder: FolderKind
        let isOfMaildir: Bool
    }

    private var single: MailFile?
    private var open: [Directory] = []

    /// Directories are followed this far down; links to directories are not followed beyond the first.
    private static let deepest = 16

    init(of path: String) {
        if Self.isDirectory(path) {
            enter(path, folder: FolderKind(name: Self.name(path)), isOfMaildir: false)
        } else {
            single = MailFile(path: path, folder: FolderKind(name: Self.name(path)), isOfMaildir: false)
        }
    }

    mutating func next() -> MailFile? {
        if let file = single.take() { return file }
        while let name = open.last?.names.first, let directory = open.last {
            open[open.count - 1].names.removeFirst()
            defer { while open.last?.names.isEmpty == true { open.removeLast() } }
            let path = directory.path + "/" + name
            guard !Self.isDirectory(path) else {
                let isMessages = name == "cur" || name == "new"
                let folder = isMessages ? directory.folder : FolderKind(name: name)
                // Nothing is delivered to tmp yet; a link may lead back up.
                let isLeftOut = name == "tmp" || name == "dbox-Mails" || Self.isLink(path)
                if !isLeftOut, !directory.isOfMaildir, open.count < Self.deepest {
                    // A folder of no name of its own, such as an archive's year, is what it lies in.
                    let kind: FolderKind = if case .other = folder { directory.folder } else { folder }
                    enter(path, folder: kind, isOfMaildir: isMessages)
                }
                continue
            }
            guard directory.isOfMaildir || !Self.isIndex(name, in: directory.names) else { continue }
            let folder: FolderKind =
                if case .other = directory.folder {
                    directory.isOfMaildir ? .other : FolderKind(name: name)
                } else {
                    directory.folder
                }
            return MailFile(path: path, folder: folder, isOfMaildir: directory.isOfMaildir)
        }
        return nil
    }

    private mutating func enter(_ path: String, folder: FolderKind, isOfMaildir: Bool) {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []
        guard !names.isEmpty else { return }
        open.append(Directory(names: names.sorted()[...], path: path, folder: folder, isOfMaildir: isOfMaildir))
    }

    /// What IMAP servers and mail programs keep beside the messages.
    private static func isIndex(_ name: String, in names: ArraySlice<String>) -> Bool {
        let known = ["subscriptions", "maildirsize", "maildirfolder", "courierimapuiddb", "courierimapsubscribed"]
        return name.hasPrefix(".") || name.hasPrefix("dovecot") || name.hasSuffix(".msf") || name.hasSuffix(".lock")
            || name.hasSuffix(".dat") || known.contains(name)
    }

    private static func name(_ path: String) -> Substring { path.split(separator: "/").last ?? path[...] }

    private static func isDirectory(_ path: String) -> Bool {
        var isDirectory = false
        return FileManager.default.fileExists(atPath: path, isDirectory: &isDirectory) && isDirectory
    }

    private static func isLink(_ path: String) -> Bool {
        let type = (try? FileManager.default.attributesOfItem(atPath: path))?[.type] as? FileAttributeType
        return type == .typeSymbolicLink
    }
}
