/// What a `sendmail.cf` says of filters: as much as an examination needs.
public struct SendmailConfiguration: Sendable, Hashable {
    /// A filter: the line `Xname, S=socket, F=flags, T=times`.
    public struct Filter: Sendable, Hashable {
        /// Its name.
        public var name: String
        /// Its socket, as it is written.
        public var socket: String
        /// What happens when it is unavailable: empty to continue, `R` reject, `T` defer, `4` end the connection.
        public var flags: String
        /// Its time limits by their letters: C connect, S send, R receive, E end of message.
        public var times: [Character: String]
        /// The line, counted from 1.
        public var line: Int

        /// Its equates, some of them replaced.
        func replacing(_ equates: [Character: String]) -> String {
            let letters = times.sorted { $0.key < $1.key }.map { "\($0.key):\($0.value)" }.joined(separator: ";")
            var own: [(Character, String)] = [("S", socket), ("F", flags)]
            if !letters.isEmpty || equates["T"] != nil { own.append(("T", letters)) }
            return own.map { "\($0.0)=\(equates[$0.0] ?? $0.1)" }.joined(separator: ", ")
        }
    }

    /// A daemon: what one `O DaemonPortOptions` line says, by the first letter of its keys.
    public struct Daemon: Sendable, Hashable {
        /// The options.
        public var options: [Character: String]
        /// The line, counted from 1.
        public var line: Int

        /// Its name.
        public var name: String { options["N"] ?? "" }
        /// Its port; `smtp` when none is given.
        public var port: String { options["P"] ?? "smtp" }
    }

    /// The file.
    public var file: String

    /// The filters that are described.
    public var filters: [Filter] = []

    /// The filters that are asked, in order.
    public var asked: [String] = []

    /// The line that says so; 0 when there is none.
    public var askedLine = 0

    /// The daemons.
    public var daemons: [Daemon] = []

    /// Other options, by name in lower case.
    public var options: [String: String] = [:]

    /// Reads a `sendmail.cf`. Lines that say nothing of filters, daemons or options are skipped.
    public init(_ text: String, file: String) {
        self.file = file
        var logical: [(text: String, line: Int)] = []
        for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
            if let first = line.first, first == " " || first == "\t", !logical.isEmpty {
                logical[logical.count - 1].text += " " + line.trimmed
            } else {
                logical.append((String(line), index + 1))
            }
        }
        for (line, number) in logical { read(line, number) }
    }

    private mutating func read(_ line: String, _ number: Int) {
        if line.hasPrefix("X") {
            let fields = line.dropFirst().split(separator: ",").map(\.trimmed)
            guard let name = fields.first, !name.isEmpty else { return }
            var filter = Filter(name: String(name), socket: "", flags: "", times: [:], line: number)
            for field in fields.dropFirst() {
                guard let (key, value) = Self.pair(field) else { continue }
                switch key.first {
                case "S": filter.socket = String(value)
                case "F": filter.flags = String(value)
                case "T":
                    for part in value.split(separator: ";") {
                        let halves = part.split(separator: ":", maxSplits: 1)
                        if halves.count == 2, let letter = halves[0].trimmed.first {
                            filter.times[letter] = String(halves[1].trimmed)
                        }
                    }
                default: break
                }
            }
            filters.append(filter)
        } else if line.hasPrefix("O "), let (key, value) = Self.pair(line.dropFirst(2)) {
            switch key.lowercased() {
            case "inputmailfilters":
                asked = value.split(separator: ",").map { String($0.trimmed) }
                askedLine = number
            case "daemonportoptions":
                var options: [Character: String] = [:]
                for field in value.split(separator: ",") {
                    if let (key, value) = Self.pair(field), let letter = key.first { options[letter] = String(value) }
                }
                daemons.append(Daemon(options: options, line: number))
            case let name: options[name] = String(value)
            }
        }
    }

    private static func pair(_ text: Substring) -> (key: Substring, value: Substring)? {
        let halves = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        return halves.count == 2 ? (halves[0].trimmed, halves[1].trimmed) : nil
    }

    /// The user that Sendmail's daemon runs as, when it is not root.
    public var user: String? {
        options["runasuser"].flatMap { $0.split(separator: ":").first.map(String.init) }
    }

    /// Whether directories that a group may write to are taken for safe.
    public var allowsGroupWritable: Bool {
        let blame = (options["dontblamesendmail"] ?? "").lowercased()
        return blame.contains("groupwritabledirpathsafe")
    }
}
