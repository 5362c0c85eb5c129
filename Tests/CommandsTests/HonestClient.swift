import Foundation

/// An honest client that is written down in `contrib/lab/honest.clients`, and what it says to a server.
struct HonestClient {
    /// How the server answers.
    enum Server: String, CaseIterable {
        case takesMail, refusesRecipient, defersRecipient, refusesSecondRecipient, refusesMail, defersData
        case knowsHELOOnly, takesTwoMails
    }

    let name: String
    private let fields: [String]

    /// The clients of the file.
    static func all() throws -> [HonestClient] {
        try String(contentsOf: repository.appending(path: "contrib/lab/honest.clients"), encoding: .utf8)
            .split(separator: "\n").filter { !$0.hasPrefix("#") }.map { HonestClient(line: String($0)) }
    }

    init(line: String) {
        let fields = line.split(separator: "|", omittingEmptySubsequences: false)
            .map { $0.trimmingCharacters(in: .whitespaces) }
        precondition(fields.count == 10, "a line has ten fields: \(line)")
        name = fields[0]
        self.fields = fields
    }

    /// The conversation as a line of a file of transcripts.
    func transcript(with server: Server, number: Int, label: String = "legit") throws -> String {
        var talk = Talk(server: server, lineEnd: fields[9].contains("L") ? "\n" : "\r\n")
        speak(&talk)
        let client = "203.0.113.\(number % 250 + 1)"
        let record: [String: Any] = [
            "source": "honest.clients", "conv_id": "\(name)/\(server.rawValue)", "client_ip": client,
            "client_port": 40_000 + number, "server_ip": "198.51.100.25", "server_port": 25, "t0": 1000.0,
            "label_guess": label, "kind": name, "note": "", "gaps": 0, "origin": "transcript",
            "client_name": fields[1].isEmpty ? "[\(client)]" : fields[1], "server_name": "mx.lab.example",
            "close": [["t": talk.time + 0.1, "by": "C", "what": "FIN"]], "events": talk.events,
        ]
        return String(decoding: try JSONSerialization.data(withJSONObject: record), as: UTF8.self) + "\n"
    }

    private func list(_ field: Int) -> [String] {
        fields[field].split(separator: ";").map { $0.trimmingCharacters(in: .whitespaces) }.filter { !$0.isEmpty }
    }

    private func speak(_ talk: inout Talk) {
        for command in list(2) {
            talk.command(command)
            if command == "STARTTLS" { return talk.startTLS() }
            if command.uppercased() == "QUIT" { return }
            if talk.server == .knowsHELOOnly, command.uppercased().hasPrefix("EHLO") {
                talk.command("HELO" + command.dropFirst(4))
                break
            }
        }
        guard fields[3] != "-" else { return }
        for _ in 0..<(talk.server == .takesTwoMails ? 2 : 1) {
            guard fields[9].contains("P") && talk.server != .knowsHELOOnly ? pipelined(&talk) : stepwise(&talk) else {
                return list(6).forEach { talk.command($0) }
            }
        }
        list(7).forEach { talk.command($0) }
    }

    private func line(_ field: Int, to recipient: String = "user", by talk: Talk) -> String {
        let text = fields[field].replacing("{f}", with: "anna@corp.example")
            .replacing("{t}", with: "\(recipient)@lab.example")
        // Who was not offered anything uses no parameters.
        guard talk.server == .knowsHELOOnly, let end = text.firstIndex(of: ">") else { return text }
        return String(text[...end])
    }

    /// One mail, a command at a time; returns whether it was taken.
    private func stepwise(_ talk: inout Talk) -> Bool {
        talk.say(line(3, by: talk))
        if talk.server == .refusesMail { return talk.refuse("550 5.7.1 no") }
        talk.hear("250 2.1.0 Ok")
        talk.say(line(4, by: talk))
        if talk.server == .refusesRecipient { return talk.refuse("550 5.1.1 User unknown") }
        if talk.server == .defersRecipient { return talk.refuse("450 4.2.0 Greylisted") }
        talk.hear("250 2.1.5 Ok")
        if talk.server == .refusesSecondRecipient {
            talk.say(line(4, to: "nobody", by: talk))
            talk.hear("550 5.1.1 User unknown")
        }
        if fields[5] == "-" { return true }
        if fields[5] == "BDAT", talk.server != .knowsHELOOnly {
            talk.send("BDAT \(content.utf8.count) LAST\r\n" + content)
        } else {
            talk.say(fields[5] == "BDAT" ? "DATA" : fields[5])
            if talk.server == .defersData { return talk.refuse("451 4.3.0 later") }
            talk.hear("354 go")
            talk.send(content + ".\r\n")
        }
        talk.hear("250 2.0.0 queued")
        return true
    }

    /// One mail, from MAIL to DATA in one segment; returns whether it was taken.
    private func pipelined(_ talk: inout Talk) -> Bool {
        let isMixed = talk.server == .refusesSecondRecipient
        let recipients = [line(4, by: talk)] + (isMixed ? [line(4, to: "nobody", by: talk)] : [])
        talk.say(([line(3, by: talk)] + recipients + [fields[5]]).joined(separator: "\r\n"))
        let isRefused = talk.server == .refusesMail
        talk.hear(isRefused ? "550 5.7.1 no" : "250 2.1.0 Ok")
        switch talk.server {
        case .refusesMail: talk.hear("503 5.5.1 need MAIL")
        case .refusesRecipient: talk.hear("550 5.1.1 User unknown")
        case .defersRecipient: talk.hear("450 4.2.0 Greylisted")
        default: talk.hear("250 2.1.5 Ok")
        }
        if isMixed { talk.hear("550 5.1.1 User unknown") }
        if [.refusesMail, .refusesRecipient, .defersRecipient].contains(talk.server) {
            return talk.refuse("554 5.5.1 no valid recipients")
        }
        if talk.server == .defersData { return talk.refuse("451 4.3.0 later") }
        talk.hear("354 go")
        talk.send(content + ".\r\n")
        talk.hear("250 2.0.0 queued")
        return true
    }

    private var content: String {
        let known = [
            "From": "Anna <anna@corp.example>", "To": "user@lab.example", "Date": "Mon, 02 Mar 2026 10:11:12 +0100",
            "Message-ID": "<abc.123@corp.example>", "MIME-Version": "1.0", "Content-Type": "text/plain",
        ]
        return list(8).map { "\($0): \(known[$0] ?? "some value")\r\n" }.joined() + "\r\nHello Bob,\r\nsee below.\r\n"
    }
}

extension HonestClient {
    /// A conversation in the making.
    fileprivate struct Talk {
        let server: Server
        let lineEnd: String
        private(set) var events: [[String: Any]] = []
        private(set) var time = 1000.0

        init(server: Server, lineEnd: String) {
            self.server = server
            self.lineEnd = lineEnd
            hear("220 mx.lab.example ESMTP")
        }

        mutating func add(_ side: String, _ bytes: String) {
            time += 0.05
            events.append(["t": time, "dir": side, "len": bytes.utf8.count, "raw": bytes])
        }

        mutating func send(_ bytes: String) { add("C", bytes) }
        mutating func say(_ line: String) { send(line + lineEnd) }
        mutating func hear(_ reply: String) { add("S", reply + "\r\n") }

        mutating func refuse(_ reply: String) -> Bool {
            hear(reply)
            return false
        }

        mutating func startTLS() { for side in ["C", "S"] { add(side, "[TLS]") } }

        /// A command that no server in its senses refuses.
        mutating func command(_ line: String) {
            say(line)
            switch line.prefix(while: { $0 != " " }).uppercased() {
            case "EHLO" where server == .knowsHELOOnly: hear("502 5.5.1 Command not implemented")
            case "EHLO":
                hear(
                    ["mx.lab.example", "PIPELINING", "SIZE 10240000", "STARTTLS", "AUTH PLAIN LOGIN", "8BITMIME"]
                        .map { "250-\($0)\r\n" }.joined() + "250 CHUNKING")
            case "AUTH" where line.hasSuffix("LOGIN"): hear("334 VXNlcm5hbWU6")
            case "AUTH", "XXXXXXXX": hear("235 2.7.0 ok")
            case "STARTTLS": hear("220 2.0.0 Ready")
            case "QUIT": hear("221 2.0.0 Bye")
            case "MIAL": hear("500 5.5.2 bad")
            default: hear("250 2.0.0 Ok")
            }
        }
    }
}
