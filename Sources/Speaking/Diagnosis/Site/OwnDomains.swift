/// Domains of the site in lists of Argot's where they do harm.
enum OwnDomains {
    /// Own domains in which every address is a trap.
    ///
    /// A domain for traps alone is an alias domain or none of the mail server's; one with mailboxes has people in it.
    static func traps(_ settings: FilterSettings, own: [(name: String, parameter: String)], place: String) -> [Finding]
    {
        settings.trapDomains.flatMap { trap -> [Finding] in
            let hits = own.filter { matches(trap, $0.name) && $0.parameter != "virtual_alias_domains" }
            guard let hit = hits.first else { return [] }
            let rest = settings.trapDomains.filter { $0 != trap }
            return [
                Finding(
                    "traps.own-domain", .problem, at: settings.file,
                    "trap_domains has \(trap), which covers \(hit.name) (\(hit.parameter) in \(place)): whoever writes to "
                        + "anybody there hits a trap",
                    remedy: [
                        settings.line("trap_domains = \(rest.joined(separator: " "))"), "argot reload",
                    ])
            ]
        }
    }

    /// Whether an entry of a list covers a domain; `.example.net` is example.net and everything below it.
    static func matches(_ entry: String, _ domain: String) -> Bool {
        let name = entry.lowercased()
        guard name.hasPrefix(".") else { return name == domain }
        return domain == name.dropFirst() || domain.hasSuffix(name)
    }
}
