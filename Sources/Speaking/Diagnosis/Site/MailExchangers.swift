internal import Processes
internal import SMTP

/// The hosts that the name service names for a domain's mail, as `dig` prints them.
public struct MailExchangers: Sendable, Hashable {
    /// A host that takes mail for a domain.
    public struct Host: Sendable, Hashable {
        /// Its name.
        public var name: String
        /// The domain.
        public var domain: String
        /// Its addresses.
        public var addresses: [String]

        /// A host from its parts.
        public init(name: String, domain: String, addresses: [String]) {
            self.name = name
            self.domain = domain
            self.addresses = addresses
        }
    }

    /// The hosts.
    public var hosts: [Host] = []
    /// Addresses and names of this host.
    public var own: Set<String> = []
    /// Whether the name service could be asked.
    public var isAsked = true

    /// Hosts that are known already.
    public init(hosts: [Host], own: Set<String>, isAsked: Bool = true) {
        self.hosts = hosts
        self.own = own
        self.isAsked = isAsked
    }

    /// Asks the name service about at most ten domains, two seconds each.
    public init(of domains: [String], name: String) {
        own = [name.lowercased()]
        if let run = try? ProgramRun("hostname", ["-I"], limit: 5) {
            own.formUnion(run.output.split(whereSeparator: \.isWhitespace).map(String.init))
        }
        let asked = domains.filter { $0.contains(".") && !$0.hasSuffix(".localdomain") && !$0.hasPrefix(".") }
        for domain in asked.prefix(10) {
            guard let answer = Self.dig(domain, "MX") else {
                isAsked = false
                return
            }
            for line in answer {
                guard let host = line.split(separator: " ").last?.split(separator: ".").joined(separator: "."),
                    !host.isEmpty
                else { continue }
                let addresses = ["A", "AAAA"].flatMap { Self.dig(host, $0) ?? [] }.filter { ClientAddress($0) != nil }
                hosts.append(Host(name: host.lowercased(), domain: domain, addresses: addresses))
            }
        }
    }

    private static func dig(_ name: String, _ type: String) -> [String]? {
        let options = ["+short", "+time=2", "+tries=1", "-t", type, "-q", name]
        guard let run = try? ProgramRun("dig", options, limit: 10), run.status == 0 else { return nil }
        return run.output.split(separator: "\n").map(String.init)
    }

    /// The findings: other hosts of the site whose mail Argot would judge like a stranger's.
    public func findings(_ settings: FilterSettings) -> [Finding] {
        guard isAsked else {
            return [
                Finding(
                    "enforcing.backup-mx", .note, at: "name service",
                    "it could not be queried (dig): a backup MX that passes mail on to this host must be let in",
                    remedy: ["apt-get install bind9-dnsutils"])
            ]
        }
        var seen: Set<String> = []
        return hosts.flatMap { host -> [Finding] in
            if own.contains(host.name) || host.addresses.contains(where: own.contains) { return [] }
            guard seen.insert(host.name).inserted else { return [] }
            let known = settings.trustedNetworks + settings.allowedAddresses
            let judged = host.addresses.filter { text in
                OwnNetworks.network(text).map { !OwnNetworks.covers(known, $0) } ?? false
            }
            guard !judged.isEmpty else { return [] }
            return [
                Finding(
                    "enforcing.backup-mx", .warning, at: "name service",
                    "\(host.name) (\(judged.joined(separator: " "))) also accepts mail for \(host.domain): if it passes mail "
                        + "on to this host, whatever Argot refuses becomes a bounce to a forged sender",
                    remedy: judged.map { "argot allow \($0)" })
            ]
        }
    }
}
