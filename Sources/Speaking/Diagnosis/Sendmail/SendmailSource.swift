internal import FoundationEssentials
public import SMTP

/// What lies beside a `sendmail.cf`: the `sendmail.mc` that it is made of, and the tables that say what is the site's own.
public struct SendmailSource: Sendable, Hashable {
    /// The directory.
    public var directory = "/etc/mail"
    /// `sendmail.mc`; `nil` where it is not known.
    public var file: String?
    /// Its lines.
    public var lines: [String] = []
    /// Whether it is newer than the `sendmail.cf`.
    public var isNewer = false
    /// Networks that Sendmail relays for.
    public var networks: [AddressPrefix] = []
    /// Domains whose mail ends here or passes.
    var ownDomains: [(name: String, parameter: String)] {
        local.map { ($0, "local-host-names") } + relayed.map { ($0, "relay-domains") }
    }
    /// Domains whose mail ends here.
    public var local: [String] = []
    /// Domains whose mail passes.
    public var relayed: [String] = []

    /// Nothing known.
    public init() {}

    /// What lies beside `file`, a `sendmail.cf`.
    public init(beside file: String) {
        directory = file.split(separator: "/", omittingEmptySubsequences: false).dropLast().joined(separator: "/")
        let source = directory + "/sendmail.mc"
        if let text = Self.text(source) {
            self.file = source
            lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
            let times = LoadedFiles.times([source, file])
            if let made = times[file], let written = times[source] { isNewer = written > made + LoadedFiles.grain }
        }
        read(access: Self.text(directory + "/access") ?? "")
        local = Self.words(Self.text(directory + "/local-host-names") ?? "")
        relayed = Self.words(Self.text(directory + "/relay-domains") ?? "")
    }

    /// Reads the lines of an access table that let networks relay: `Connect:192.0.2 RELAY`, the tag left out or not.
    public mutating func read(access: String) {
        for line in access.split(separator: "\n") where !line.hasPrefix("#") {
            let words = line.split { $0 == " " || $0 == "\t" }
            guard words.count >= 2, words[1].uppercased() == "RELAY" else { continue }
            var key = words[0]
            if key.lowercased().hasPrefix("connect:") { key = key.dropFirst(8) }
            if let network = Self.network(key) { networks.append(network) }
        }
    }

    /// A network of an access table: `192.0.2` is 192.0.2.0/24, `IPv6:2001:db8` is 2001:db8::/32.
    private static func network(_ key: Substring) -> AddressPrefix? {
        if let network = OwnNetworks.network(String(key)) { return network }
        let parts = key.split(separator: ".", omittingEmptySubsequences: false)
        if (1...3).contains(parts.count), parts.allSatisfy({ UInt8($0) != nil }) {
            let full = parts.map(String.init) + Array(repeating: "0", count: 4 - parts.count)
            return OwnNetworks.network(full.joined(separator: ".") + "/\(parts.count * 8)")
        }
        guard key.lowercased().hasPrefix("ipv6:") else { return nil }
        let groups = key.dropFirst(5).split(separator: ":", omittingEmptySubsequences: false)
        guard (1...7).contains(groups.count), !groups.contains("") else { return nil }
        return OwnNetworks.network(groups.joined(separator: ":") + "::/\(groups.count * 16)")
    }

    private static func words(_ text: String) -> [String] {
        text.split(separator: "\n").map { $0[...].trimmed }.filter { !$0.isEmpty && !$0.hasPrefix("#") }
            .map { $0.lowercased() }
    }

    private static func text(_ file: String) -> String? {
        FileManager.default.contents(atPath: file).map { String(decoding: $0, as: UTF8.self) }
    }

    /// The line that describes a filter, counted from 1; `nil` unless there is exactly one.
    func line(of name: String) -> (number: Int, text: String)? {
        let found = lines.enumerated().filter { _, line in
            line.contains("MAIL_FILTER(`\(name)'") && !line.hasPrefix("dnl") && !line.hasPrefix("#")
        }
        return found.count == 1 ? found.first.map { ($0.offset + 1, $0.element) } : nil
    }

    /// A line of `sendmail.mc` with some equates of its filter replaced; `nil` when it is not in one line.
    static func replacing(_ line: String, _ equates: [Character: String]) -> String? {
        guard let open = line.firstRange(of: "', `"), let close = line[open.upperBound...].firstIndex(of: "'") else {
            return nil
        }
        var rest = equates
        var fields = line[open.upperBound..<close].split(separator: ",", omittingEmptySubsequences: false)
            .map { field -> String in
                guard let letter = field.trimmed.first, let value = rest.removeValue(forKey: letter) else {
                    return String(field)
                }
                let blanks = field.prefix { $0.isWhitespace }
                return "\(blanks)\(letter)=\(value)"
            }
        fields += rest.sorted { $0.key < $1.key }.map { " \($0.key)=\($0.value)" }
        return line[..<open.upperBound] + fields.joined(separator: ",") + line[close...]
    }

    /// A text as sed's command `c` takes it.
    static func escaped(_ text: String) -> String { text.replacing("\\", with: "\\\\") }
}
