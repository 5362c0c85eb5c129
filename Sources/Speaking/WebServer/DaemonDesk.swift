import Configuration
import Control
import Explanations
import FoundationEssentials
import Keeping
import KeyedHashing
import Policy
import SMTP
import Sockets
import WebPages

/// argotd, its database, opened for reading, and its control socket.
struct DaemonDesk: WebDesk {
    /// argotd's configuration file; `nil` for the usual one.
    let configurationFile: String?

    /// A copy of the hashing key that argot-web may read; empty for argotd's own.
    let hashingKeyFile: String

    /// Reports that were made lately.
    private let reports = RecentReports()

    /// A desk of the daemon with that configuration.
    init(configurationFile: String?, hashingKeyFile: String) {
        self.configurationFile = configurationFile
        self.hashingKeyFile = hashingKeyFile
    }

    /// The most verdicts of a page.
    static let rows = 100

    /// The most lies of a page.
    static let lies = 500

    func now(at time: UnixTime) throws -> NowPage { NowPage(try status(), at: time) }

    func sessions(_ search: SessionsPage.Search, before: Int64?) throws -> SessionsPage {
        let configuration = try load()
        var query = JournalQuery(limit: Self.rows + 1)
        query.before = before
        query.verdict = Verdict(rawValue: search.verdict)
        if !search.client.isEmpty {
            guard let client = ClientAddress(search.client) else {
                throw WebFault("\"\(search.client)\" is not an address", remedy: "write one such as 192.0.2.1")
            }
            query.client = try key(configuration).hash(client: client.description)
        }
        if !search.recipient.isEmpty { query.recipient = try key(configuration).hash(recipient: search.recipient) }
        let store = try open(configuration)
        var entries: [JournalEntry]
        if search.queue.isEmpty {
            entries = try store.verdicts(matching: query)
        } else {
            query.queueID = search.queue
            entries = try store.verdicts(matching: query)
            if entries.isEmpty {
                (query.queueID, query.session) = (nil, search.queue)
                entries = try store.verdicts(matching: query)
            }
        }
        let hasMore = entries.count > Self.rows
        return SessionsPage(search, entries.prefix(Self.rows).map { VerdictExplanation($0) }, hasMore: hasMore)
    }

    func session(_ name: String) throws -> SessionPage? {
        let configuration = try load()
        let verdicts = try verdicts(of: name, configuration)
        let conversation = SessionReading(configuration).conversation(of: name)
        guard !verdicts.isEmpty || !conversation.lines.isEmpty else { return nil }
        return SessionPage(name, verdicts, conversation)
    }

    func picture(_ name: String) throws -> String? {
        let conversation = SessionReading(try load()).conversation(of: name)
        return conversation.pictureText.isEmpty ? nil : PosteriorPicture.svg(conversation)
    }

    func report(days: Int, at time: UnixTime) throws -> ReportPage {
        try reports.page(days: days, at: time) { try makeReport(days: days, at: time) }
    }

    private func makeReport(days: Int, at time: UnixTime) throws -> ReportPage {
        let store = try open(try load())
        let begin = time + -Int64(days) * 86_400
        return ReportPage(
            days: days, try store.report(since: begin, words: 15),
            try store.deferrals(since: begin, now: time, limit: 100),
            try store.outlook(since: begin, lately: begin, senders: 10))
    }

    func lies() throws -> LiesPage {
        let lies = try open(try load()).lies(since: nil, limit: Self.lies + 1)
        return LiesPage(Array(lies.prefix(Self.lies)), isCut: lies.count > Self.lies)
    }

    func settings() throws -> SettingsPage {
        let status = try status()
        let lists = try ask(Lists.self, "GET", "/lists")
        return SettingsPage(
            .init(
                mode: status.mode, isSuspended: status.breaker.tripped, allowed: lists.allow, denied: lists.deny,
                faults: lists.faults))
    }

    func steer(_ change: WebChange) throws -> [String] {
        switch change {
        case .mode(let mode): return try ask(Lists.self, "POST", "/mode", ["mode": mode]).notes ?? []
        case .list(let list, let entries):
            return try ask(Lists.self, "POST", "/lists", ["list": list, "entry": entries]).notes ?? []
        case .remove(let entries): return try ask(Lists.self, "DELETE", "/lists", ["entry": entries]).notes ?? []
        case .reload:
            _ = try ask("POST", "/reload")
            return ["argotd reads its configuration again; what is wrong with it stands on the page Now"]
        }
    }

    private struct Lists: Decodable {
        var allow: [String]
        var deny: [String]
        var faults: [String]
        var notes: [String]?
    }

    private func verdicts(of name: String, _ configuration: Configuration) throws -> [VerdictExplanation] {
        let store = try open(configuration)
        let entries = try store.verdicts(matching: JournalQuery(session: name, limit: Self.rows))
        guard let first = entries.map(\.record.time).min() else { return [] }
        var campaigns: Set<String> = []
        try store.campaignMails(since: first) { mail in
            if mail.session == name { campaigns.insert("\(mail.campaign)") }
        }
        return entries.map { VerdictExplanation($0, campaigns: campaigns.sorted()) }
    }

    private func load() throws -> Configuration { try Configuration.load(file: configurationFile).get() }

    private func open(_ configuration: Configuration) throws -> any DataStore {
        let files = configuration.files
        return files.isEmpty ? try DataDirectory.emptyStore() : try files.openStore()
    }

    private func key(_ configuration: Configuration) throws -> HashingKey {
        try HashingKey.load(file: hashingKeyFile.isEmpty ? configuration.files.hashingKey : hashingKeyFile)
    }

    private func status() throws -> StatusDocument { try ask(StatusDocument.self, "GET", "/status") }

    private func ask(_ method: String, _ path: String, _ query: [String: String] = [:]) throws -> String {
        let name = try load().controlSocket
        guard !name.isEmpty else {
            throw WebFault("control_socket is empty", remedy: "set it in argotd.conf and restart argotd")
        }
        let response = try AdminClient.response(
            to: HTTPRequest(method: method, path: path, query: query), at: try SocketName(name), timeout: 5)
        guard response.status == 200 else {
            throw WebFault("argotd refuses", remedy: response.body.split(separator: "\n").joined(separator: "; "))
        }
        return response.body
    }

    private func ask<Document: Decodable>(
        _ type: Document.Type, _ method: String, _ path: String, _ query: [String: String] = [:]
    ) throws -> Document {
        let text = try ask(method, path, query)
        guard let document = try? JSONDecoder().decode(type, from: Data(text.utf8)) else {
            throw WebFault(
                "argotd's answer is in an unknown form", remedy: "install the same version of argot and argot-web")
        }
        return document
    }
}
