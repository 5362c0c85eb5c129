extension PostfixExamination {
    /// What postscreen in front means for what Argot sees.
    var postscreen: [Finding] {
        guard postfix.hasPostscreen else { return [] }
        var found = [
            Finding(
                "postfix.postscreen", .note, at: postfix.masterFile,
                "postscreen is in front: clients that it turns away never reach Argot, which judges the rest; both work "
                    + "together")
        ]
        let deep = ["pipelining", "non_smtp_command", "bare_newline"].map { "postscreen_\($0)_enable" }
            .filter { postfix[$0] == "yes" }
        if !deep.isEmpty {
            found.append(
                Finding(
                    "postfix.postscreen-deep", .note, at: postfix.mainFile,
                    "postscreen's after-220 tests are enabled (\(deep.joined(separator: ", "))): a new client "
                        + "has its first session with postscreen, and Argot sees it from the second on"))
        }
        return found
    }

    /// A proxy that clients come through, as far as Postfix knows of it.
    var proxy: [Finding] {
        var places: [(place: String, name: String)] = []
        for service in postfix.services where ["smtpd", "postscreen"].contains(service.command) {
            let name = "\(service.command)_upstream_proxy_protocol"
            let value = postfix.value(name, in: service)
            // What smtpd is passed by postscreen has its true client already.
            guard !value.isEmpty else { continue }
            places.append((place(of: name, in: service), "\(service.label) (\(value))"))
        }
        guard let first = places.first else { return [] }
        let services = places.map(\.name).joined(separator: ", ")
        return [
            Finding(
                "postfix.proxy", .note, at: first.place,
                "\(services) learn the clients' addresses from a proxy: anybody who bypasses the proxy can "
                    + "claim any address, so only the proxy may reach these ports")
        ]
    }
}
