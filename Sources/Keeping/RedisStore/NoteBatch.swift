import Keeping
import Memory

/// Notes that a server has published together, as an entry of their stream.
struct NoteBatch: Sendable, Hashable {
    /// The most bytes that are gathered; one note may have more.
    static let gatheredLength = 65_536

    /// The most bytes of a batch.
    private static let maximumLength = gatheredLength + SharedNote.maximumLength + 3

    /// Who has published them.
    var server: ServerID

    /// The notes.
    var notes: [SharedNote]

    /// A batch of its parts.
    init(server: ServerID, notes: [SharedNote]) {
        self.server = server
        self.notes = notes
    }

    /// The fields and values of the entry; notes that are larger than any that is read are left out.
    var fields: [[UInt8]] {
        var bytes: [UInt8] = []
        for note in notes {
            let packed = note.packed
            guard packed.count <= SharedNote.maximumLength else { continue }
            for shift in [16, 8, 0] { bytes.append(UInt8(truncatingIfNeeded: packed.count >> shift)) }
            bytes += packed
        }
        return [Array("server".utf8), Array(server.name.utf8), Array("notes".utf8), bytes]
    }

    /// Reads an entry's fields and values; `nil` for one that is no batch. Notes in it that cannot be read are counted.
    init?(fields: [(name: String, value: [UInt8])], unreadable: inout Int) {
        var values: [String: [UInt8]] = [:]
        for (name, value) in fields { values[name] = value }
        guard let word = values["server"].flatMap({ String(validating: $0, as: UTF8.self) }),
            let server = ServerID(name: word), let bytes = values["notes"], bytes.count <= Self.maximumLength
        else { return nil }
        var notes: [SharedNote] = []
        var rest = bytes[...]
        while rest.count >= 3 {
            let length = rest.prefix(3).reduce(0) { $0 << 8 | Int($1) }
            rest = rest.dropFirst(3)
            guard rest.count >= length else { break }
            if let note = SharedNote(packed: Array(rest.prefix(length))) { notes.append(note) } else { unreadable += 1 }
            rest = rest.dropFirst(length)
        }
        if !rest.isEmpty { unreadable += 1 }
        self.init(server: server, notes: notes)
    }
}
