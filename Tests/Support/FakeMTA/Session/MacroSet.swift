/// Macros and their values, in the order in which they became known.
public struct MacroSet: Hashable, Sendable, ExpressibleByDictionaryLiteral {
    private var entries: [Entry] = []

    private struct Entry: Hashable {
        var name: String
        var value: String
    }

    /// No macros.
    public init() {}

    /// Macros by name; names of more than a letter are written with their braces.
    public init(dictionaryLiteral elements: (String, String)...) {
        for (name, value) in elements { self[name] = value }
    }

    /// The names, in order.
    public var names: [String] { entries.map(\.name) }

    /// Whether there are none.
    public var isEmpty: Bool { entries.isEmpty }

    /// The value of a macro; nil removes it. Linear in the number of macros.
    public subscript(name: String) -> String? {
        get { entries.first { $0.name == name }?.value }
        set {
            let index = entries.firstIndex { $0.name == name }
            switch (index, newValue) {
            case (let index?, let value?): entries[index].value = value
            case (let index?, nil): entries.remove(at: index)
            case (nil, let value?): entries.append(Entry(name: name, value: value))
            case (nil, nil): break
            }
        }
    }

    /// Takes over the macros of another set; they win.
    public mutating func merge(_ others: MacroSet) {
        for entry in others.entries { self[entry.name] = entry.value }
    }

    /// Those of the wanted macros that have a value, in the order wanted.
    public func selecting(_ wanted: [String]) -> MacroSet {
        var selection = MacroSet()
        for name in wanted { selection[name] = self[name] }
        return selection
    }

    /// The packet that sends the macros ahead of a command.
    public func packet(for command: MilterCommand) -> MilterPacket {
        MilterPacket(
            .macros, payload: [command.rawValue] + MilterPacket.terminated(entries.flatMap { [$0.name, $0.value] }))
    }
}
