internal import SMTP

extension PostfixExamination {
    /// Own networks: what Postfix relays for, and what Argot leaves alone.
    var networks: [Finding] {
        // Who does not ask Argot of strangers relays as it likes.
        guard concernsArgot else { return [] }
        let place = postfix.mainFile
        var found: [Finding] = []
        let list = PostfixList("mynetworks", in: nil, of: postfix)
        var foreign: [AddressPrefix] = []
        var wide: [(entry: PostfixList.Entry, network: AddressPrefix)] = []
        var tables: [String] = []
        for entry in list.entries {
            if entry.text.hasPrefix("!") { continue }
            guard let network = OwnNetworks.network(entry.text) else {
                tables.append(entry.text)
                continue
            }
            if OwnNetworks.isTooWide(network) {
                wide.append((entry, network))
            } else if !OwnNetworks.covers(settings.trustedNetworks + settings.allowedAddresses, network) {
                foreign.append(network)
            }
        }
        if !wide.isEmpty {
            let names = wide.map { "\($0.network)" }.joined(separator: " ")
            let isOpen = wide.contains { $0.network.length < 8 }
            let starts = Set(wide.map(\.entry.range.lowerBound))
            let rest =
                wide.allSatisfy { $0.entry.isExact && $0.entry.place == list.place }
                ? PostfixList.removing({ starts.contains($0.lowerBound) }, from: list.place.text[...]) : nil
            let value = rest.map { $0.isEmpty ? "127.0.0.0/8 [::1]/128" : $0 }
            found.append(
                Finding(
                    "postfix.networks-wide", isOpen ? .problem : .warning, at: place,
                    "mynetworks has \(names): "
                        + (isOpen
                            ? "anybody on the Internet may send mail through this host"
                            : "more addresses than any site has may send mail through this host")
                        + ", and no such client should be in trusted_networks either",
                    remedy: value.map { postfix.commands([postfix.setting("mynetworks", $0)]) } ?? []))
        }
        if !foreign.isEmpty {
            let names = foreign.map(FilterSettings.text).joined(separator: " ")
            found.append(
                Finding(
                    "postfix.own-networks", settings.isEnforcing ? .problem : .warning, at: place,
                    "mynetworks has \(names), but trusted_networks does not: Argot judges your own users, devices and "
                        + "web servers like strangers, and may ask them to come back later",
                    remedy: [settings.trusting(foreign), "argot reload"]))
        }
        if !tables.isEmpty {
            found.append(
                Finding(
                    "postfix.networks-table", .note, at: place,
                    "mynetworks names \(tables.joined(separator: " ")), which is not examined here: its networks "
                        + "belong in trusted_networks as well"))
        }
        return found
    }

    /// Whether Postfix knows its recipients.
    var recipients: [Finding] {
        guard let use = uses.first(where: { !isForUsers($0.service) }) else { return [] }
        let service = use.service
        let restrictions = ["smtpd_recipient_restrictions", "smtpd_relay_restrictions"]
            .flatMap { PostfixList($0, in: service, of: postfix).entries.map(\.text) }
        let severity: Finding.Severity = settings.lies ? .warning : .note
        let consequence =
            "nobody asks for nonexistent users here, so Argot lacks that sign"
            + (settings.lies ? ", and fake rejections are the only ones of their kind" : "")
        var found: [Finding] = []
        if postfix.value("smtpd_reject_unlisted_recipient", in: service) == "no",
            !restrictions.contains("reject_unlisted_recipient")
        {
            found.append(
                Finding(
                    "postfix.unlisted-recipients", severity,
                    at: place(of: "smtpd_reject_unlisted_recipient", in: service),
                    "smtpd_reject_unlisted_recipient is no: \(consequence)",
                    remedy: postfix.commands([postfix.setting("smtpd_reject_unlisted_recipient", "yes", in: service)])))
        }
        let own = MilterEntry.words(postfix["mydestination"][...]).filter { !$0.hasPrefix("localhost") }
        if !own.isEmpty, postfix.value("local_recipient_maps", in: service).isEmpty {
            found.append(
                Finding(
                    "postfix.unlisted-recipients", severity, at: place(of: "local_recipient_maps", in: service),
                    "local_recipient_maps is empty, so every address in \(own.joined(separator: " ")) is accepted: "
                        + "\(consequence); it may name the tables of existing users"))
        }
        let relayed = relayDomains
        if !relayed.isEmpty, postfix.value("relay_recipient_maps", in: service).isEmpty,
            !restrictions.contains("reject_unverified_recipient")
        {
            found.append(
                Finding(
                    "postfix.unlisted-recipients", severity, at: place(of: "relay_recipient_maps", in: service),
                    "relay_recipient_maps is empty, so every address in \(relayed.joined(separator: " ")) is accepted: "
                        + "\(consequence); it may name the tables of existing users, or "
                        + "reject_unverified_recipient may ask the next server"))
        }
        return found
    }

    /// Domains whose mail this host only hands on.
    private var relayDomains: [String] {
        let own = Set(MilterEntry.words(postfix["mydestination"][...]))
        return MilterEntry.words(postfix["relay_domains"][...]).filter { !own.contains($0) }.map(String.init)
    }

    /// The domains whose mail ends on this host or passes it, and where they stand; tables are left out.
    public var ownDomains: [(name: String, parameter: String)] {
        [
            "mydestination", "virtual_mailbox_domains", "virtual_alias_domains", "relay_domains", "mydomain",
            "myhostname",
        ]
        .flatMap { parameter in
            MilterEntry.words(postfix[parameter][...]).filter { !$0.contains(":") && !$0.hasPrefix("/") }
                .map { (String($0).lowercased(), parameter) }
        }
    }

    /// Own domains among the traps, and domains that this host hands on.
    var domains: [Finding] {
        guard concernsArgot else { return [] }
        var found = OwnDomains.traps(settings, own: ownDomains, place: postfix.mainFile)
        let hands = postfix.servers.contains { service in
            ["smtpd_recipient_restrictions", "smtpd_relay_restrictions"].contains { name in
                PostfixList(name, in: service, of: postfix).entries.contains { $0.text == "permit_mx_backup" }
            }
        }
        let relayed = relayDomains
        if hands || !relayed.isEmpty {
            let what = relayed.isEmpty ? "domains of others (permit_mx_backup)" : relayed.joined(separator: " ")
            let host = postfix["myhostname"]
            found.append(
                Finding(
                    "postfix.hands-on", .note, at: postfix.mainFile,
                    "this host passes on mail for \(what): what the next server refuses becomes a bounce to a forged "
                        + "sender, so if Argot runs there, it must let this host in",
                    remedy: [
                        "argot allow ADDRESS  # on the next server, the address of \(host.isEmpty ? "this host" : host)"
                    ]))
        }
        return found
    }
}
