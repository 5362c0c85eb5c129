private import Glibc
public import SMTP

/// A log that is read while it is written, through its rotation.
///
/// A file that was renamed is read to its end before the new one begins; of one that was copied and truncated the rest is
/// read from the copy. The same is done for what happened since a ``FilePosition`` was kept. A copy that is compressed
/// already is not read. Nothing waits here: who reads comes again after a while.
public struct FollowedFile: ~Copyable {
    /// The file's name, as it was given.
    public let path: String

    /// The longest line that is read whole, in bytes; of longer ones the rest is left out.
    public static let longestLine = 1 << 16

    private static let longestHead = 256
    private static let piece = 1 << 16

    /// What is read now; -1 while there is no file.
    private var descriptor: Int32 = -1
    private var inode: UInt64 = 0
    /// Where the next read begins.
    private var readOffset: Int64 = 0
    /// The first bytes as they were read: the file may hold others by now.
    private var head = FNVHash()
    private var headLength = 0
    private var buffer: [UInt8] = []
    private var start = 0
    private var skipsRest = false

    /// Whether what is read is an older file, after whose end the one of the name begins.
    private var isOld = false
    /// Whether the last read found nothing more, and whether another file has the name since.
    private var wasAtEnd = false
    private var isReplaced = false
    private var isMissed = false
    private var remarks: [String] = []

    /// Follows a file from a position, or from its beginning.
    ///
    /// - Throws: `DocumentFault` at line 0 when it may not be read. A file that does not exist may come.
    public init(path: String, from position: FilePosition? = nil) throws(DocumentFault) {
        self.path = path
        try open(path)
        guard let position else { return }
        if descriptor >= 0, inode == position.inode, isContinuation(of: position) {
            seek(to: position)
        } else if let old = sibling(continuing: position) {
            try open(old)
            seek(to: position)
            isOld = true
            remarks.append("\(path) was rotated meanwhile: \(old) is read to its end first")
        } else {
            remarks.append("\(path) is another file than the one read before: it is read from its beginning")
        }
    }

    deinit { if descriptor >= 0 { close(descriptor) } }

    /// How far the lines that were handed over go; `nil` while there is no file.
    public var position: FilePosition? {
        guard descriptor >= 0 else { return nil }
        let offset = readOffset - Int64(buffer.count - start)
        return FilePosition(inode: inode, offset: offset, head: head.value, headLength: headLength)
    }

    /// What happened to the file since this was asked last, in words.
    public mutating func takeRemarks() -> [String] {
        defer { remarks = [] }
        return remarks
    }

    /// The next whole line without its end; `nil` while there is none. Amortised O(length).
    ///
    /// - Throws: `DocumentFault` when the file cannot be read.
    public mutating func next() throws(DocumentFault) -> ArraySlice<UInt8>? {
        while true {
            if let end = buffer[start...].firstIndex(of: 0x0a) {
                let line = buffer[start..<end]
                start = end + 1
                if skipsRest {
                    skipsRest = false
                    continue
                }
                return line.last == 0x0d ? line.dropLast() : line
            }
            if buffer.count - start > Self.longestLine {
                let line = Array(buffer[start..<start + Self.longestLine])
                (buffer, start) = ([], 0)
                if skipsRest { continue }
                skipsRest = true
                return line[...]
            }
            guard try fill() else { return nil }
        }
    }

    // MARK: Reading

    private mutating func fill() throws(DocumentFault) -> Bool {
        guard descriptor >= 0 else {
            try open(path)
            return descriptor >= 0 ? try fill() : false
        }
        if wasAtEnd, !isOld, try wasTruncated() { return true }
        buffer.removeFirst(start)
        start = 0
        var piece = [UInt8](repeating: 0, count: Self.piece)
        // unsafe: pread fills at most the buffer it is given, which outlives the call.
        let count = unsafe pread(descriptor, &piece, piece.count, off_t(readOffset))
        guard count >= 0 else {
            guard errno != EINTR else { return true }
            throw Self.fault(path, errno)
        }
        if count > 0 {
            buffer += piece[..<count]
            noteHead(piece[..<count], at: readOffset)
            readOffset += Int64(count)
            (wasAtEnd, isReplaced) = (false, false)
            return true
        }
        wasAtEnd = true
        return try moveOn()
    }

    private mutating func noteHead(_ bytes: ArraySlice<UInt8>, at offset: Int64) {
        guard headLength < Self.longestHead, offset <= Int64(headLength) else { return }
        let fresh = bytes.dropFirst(headLength - Int(offset)).prefix(Self.longestHead - headLength)
        head.add(fresh)
        headLength += fresh.count
    }

    /// At the end of what is read: goes on to the file that has the name now, if it is another one.
    private mutating func moveOn() throws(DocumentFault) -> Bool {
        var status = stat()
        // unsafe: the path is a NUL-terminated copy and the variable outlives the call.
        let exists = unsafe stat(path, &status) == 0
        let isSame = exists && UInt64(status.st_ino) == inode && !isOld
        guard !isSame else { return false }
        guard exists else {
            if !isMissed { remarks.append("\(path) is gone: waiting for a new one") }
            isMissed = true
            return false
        }
        // Who writes may go on with the old file for a moment: it is looked at once more.
        guard isReplaced || isOld else {
            isReplaced = true
            return false
        }
        let rest = buffer.count - start
        if rest > 0 { remarks.append("\(path) was rotated within a line: \(rest) bytes of it are left out") }
        try open(path)
        return descriptor >= 0
    }

    /// Whether the file was emptied and is written again; what was not read is looked for in a copy.
    private mutating func wasTruncated() throws(DocumentFault) -> Bool {
        guard let known = position, readOffset > 0, !isContinuation(of: known, from: readOffset)
        else {
            return false
        }
        if let copy = sibling(continuing: known) {
            try open(copy)
            seek(to: known)
            isOld = true
        } else {
            remarks.append("\(path) was truncated: it is read from its beginning")
            try open(path)
        }
        return true
    }

    private mutating func open(_ name: String) throws(DocumentFault) {
        // A pipe must not hold the reader up. unsafe: the path is a NUL-terminated copy that lives through the call.
        let opened = unsafe Glibc.open(name, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY)
        guard opened >= 0 else {
            if errno == ENOENT, name == path { return }
            throw Self.fault(name, errno)
        }
        var status = stat()
        // unsafe: the variable outlives the call, which fills it.
        guard unsafe fstat(opened, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
            close(opened)
            throw DocumentFault(file: name, line: 0, problem: "is not a regular file: name a log")
        }
        if descriptor >= 0 { close(descriptor) }
        descriptor = opened
        inode = UInt64(status.st_ino)
        (buffer, start, readOffset, head, headLength) = ([], 0, 0, FNVHash(), 0)
        (isOld, wasAtEnd, isReplaced, isMissed, skipsRest) = (false, false, false, false, false)
    }

    private mutating func seek(to position: FilePosition) {
        readOffset = position.offset
        (buffer, start) = ([], 0)
        head.value = position.head
        headLength = position.headLength
    }

    private static func fault(_ path: String, _ number: Int32) -> DocumentFault {
        let reason =
            switch number {
            case EACCES, EPERM: "permission denied: run this as a member of the log's group (adm on Debian)"
            case ENOENT: "there is no such file"
            default: "error \(number): check the path"
            }
        return DocumentFault(file: path, line: 0, problem: "cannot be read: \(reason)")
    }

    // MARK: Knowing a file again

    private func isContinuation(of position: FilePosition, from offset: Int64? = nil) -> Bool {
        Self.isContinuation(descriptor, of: position, from: offset ?? position.offset)
    }

    private static func isContinuation(_ descriptor: Int32, of position: FilePosition, from offset: Int64) -> Bool {
        var status = stat()
        // unsafe: the variable outlives the call, which fills it.
        guard unsafe fstat(descriptor, &status) == 0, Int64(status.st_size) >= offset, position.offset >= 0 else {
            return false
        }
        return head(descriptor, position.headLength) == position.head
    }

    private static func head(_ descriptor: Int32, _ length: Int) -> UInt64? {
        guard 0...longestHead ~= length else { return nil }
        var bytes = [UInt8](repeating: 0, count: longestHead)
        // unsafe: pread fills at most the buffer it is given, which outlives the call.
        guard unsafe pread(descriptor, &bytes, length, 0) == length else { return nil }
        return FNVHash(bytes[..<length]).value
    }

    /// A file beside this one, under a name that rotation gives, in which what was read before goes on.
    private func sibling(continuing position: FilePosition) -> String? {
        // The hash of nothing is that of every file.
        guard position.headLength > 0 else { return nil }
        let directory = FileReplacement.directory(of: path)
        let name = path.split(separator: "/").last.map(String.init) ?? path
        guard let listing = unsafe opendir(directory) else { return nil }
        // unsafe: the listing is closed once, here; entries are read before the next call.
        defer { unsafe _ = closedir(listing) }
        var found: [String] = []
        while let entry = unsafe readdir(listing) {
            let other = unsafe withUnsafePointer(to: &entry.pointee.d_name) { field in
                unsafe field.withMemoryRebound(to: CChar.self, capacity: 256) { unsafe String(cString: $0) }
            }
            guard other.hasPrefix(name), other != name, let sign = other.dropFirst(name.count).first,
                sign == "." || sign == "-", ![".gz", ".xz", ".bz2", ".zst"].contains(where: { other.hasSuffix($0) })
            else { continue }
            found.append(directory + "/" + other)
        }
        return found.sorted().first { candidate in
            // unsafe: the path is a NUL-terminated copy that lives through the call.
            let opened = unsafe Glibc.open(candidate, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
            guard opened >= 0 else { return false }
            defer { close(opened) }
            return Self.isContinuation(opened, of: position, from: position.offset)
        }
    }
}
