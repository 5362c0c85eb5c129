import Keeping
import Memory

/// Facts that a server has published together, as an entry of the stream. Servers number theirs, so that a gap shows.
struct ChangeBatch: Sendable, Hashable {
    /// The most bytes of a batch.
    static let maximumLength = 1 << 20

    /// Who has published them.
    var server: ServerID

    /// Which run of the server numbers them.
    var run: UInt64

    /// The number, one more than that of the one before.
    var number: Int64

    /// The facts.
    var facts: [SharedFact]

    /// The fields and values of the entry.
    var fields: [[UInt8]] {
        var bytes: [UInt8] = []
        for fact in facts {
            let packed = fact.packed
            bytes.append(UInt8(truncatingIfNeeded: packed.count >> 8))
            bytes.append(UInt8(truncatingIfNeeded: packed.count))
            bytes += packed
        }
        let run = ServerID(run).name
        return [
            Array("server".utf8), Array(server.name.utf8), Array("run".utf8), Array(run.utf8), Array("number".utf8),
            Array("\(number)".utf8), Array("facts".utf8),
            bytes,
        ]
    }

    /// A batch of its parts.
    init(server: ServerID, run: UInt64, number: Int64, facts: [SharedFact]) {
        self.server = server
        self.run = run
        self.number = number
        self.facts = facts
    }

    /// Reads an entry's fields and values; `nil` for one that is no batch. Facts in it that cannot be read are counted.
    init?(fields: [(name: String, value: [UInt8])], unreadable: inout Int) {
        var values: [String: [UInt8]] = [:]
        for (name, value) in fields { values[name] = value }
        func text(_ name: String) -> String? { values[name].flatMap { String(validating: $0, as: UTF8.self) } }
        guard let server = text("server").flatMap(ServerID.init(name:)),
            let run = text("run").flatMap(ServerID.init(name:)), let number = text("number").flatMap({ Int64($0) }),
            number > 0, let bytes = values["facts"], bytes.count <= Self.maximumLength
        else { return nil }
        var facts: [SharedFact] = []
        var rest = bytes[...]
        while rest.count >= 2 {
            let length = Int(rest[rest.startIndex]) << 8 | Int(rest[rest.startIndex + 1])
            rest = rest.dropFirst(2)
            guard rest.count >= length else { break }
            if let fact = SharedFact(packed: Array(rest.prefix(length))) { facts.append(fact) } else { unreadable += 1 }
            rest = rest.dropFirst(length)
        }
        if !rest.isEmpty { unreadable += 1 }
        self.init(server: server, run: run.number, number: number, facts: facts)
    }
}
