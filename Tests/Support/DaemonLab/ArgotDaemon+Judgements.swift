import ClientLab
import Control
import FakeMTA
import Foundation
import Sockets

/// What `argot judgements --json` says.
public struct ReportedJudgements: Decodable, Sendable {
    /// One source.
    public struct Source: Decodable, Sendable {
        /// Its name.
        public var source: String
        /// How many messages it called spam.
        public var spam: Int
        /// How many it called honest.
        public var honest: Int
    }

    /// A refusal that was not understood.
    public struct Reply: Decodable, Sendable {
        /// Its words.
        public var text: String
    }

    /// Messages and refused sessions that are kept.
    public var sightings: Int
    /// Those that anybody judged.
    public var judged: Int
    /// What each source said.
    public var sources: [Source]
    /// What was not understood.
    public var not_understood: [Reply]

    /// Each source with spam and honest messages: `person 0/1`.
    public var words: [String] { sources.map { "\($0.source) \($0.spam)/\($0.honest)" } }
}

extension ArgotDaemon {
    /// What `argot judgements` says now.
    public func judgements() throws -> ReportedJudgements {
        let tag = UUID().uuidString
        let child = try ChildProcess(
            FilterProcess.executable("argot"), ["judgements", "--json", "--config", configurationFile],
            output: path("out-\(tag)"), errors: path("err-\(tag)"))
        guard child.wait(until: .after(.seconds(300))) == .exited(0) else {
            throw LabError(.refused, contents(of: "err-\(tag)"))
        }
        return try JSONDecoder().decode(ReportedJudgements.self, from: Data(contents(of: "out-\(tag)").utf8))
    }

    /// The same once so many messages and refused sessions are kept; sessions end on threads of their own.
    public func judgements(ofSightings count: Int) throws -> ReportedJudgements? {
        var found: ReportedJudgements?
        let isThere = try Poll.until(.after(.seconds(60))) {
            found = try judgements()
            return found?.sightings == count
        }
        return isThere ? found : nil
    }

    /// Asks on the judgement socket.
    public func askJudgementSocket(_ method: String, _ path: String, _ query: [String: String] = [:]) throws
        -> (status: Int, body: String)
    {
        let response = try AdminClient.response(
            to: HTTPRequest(method: method, path: path, query: query),
            at: SocketName("unix:\(self.path("judgements.sock"))"))
        return (response.status, response.body)
    }
}

// MARK: Logs that are followed

extension ArgotDaemon {
    /// What `argot dialects site` knows: sessions without a recipient too.
    public struct KnownSessions: Decodable, Equatable, Sendable {
        /// Messages and sessions that are kept.
        public var sightings: Int
        /// Those that anybody judged.
        public var judged: Int

        /// So many.
        public init(sightings: Int, judged: Int) {
            self.sightings = sightings
            self.judged = judged
        }
    }

    /// What `argot dialects site` knows now.
    public func knownSessions() throws -> KnownSessions {
        let output = try argot(["dialects", "site", "--json", "--config", configurationFile])
        return try JSONDecoder().decode(KnownSessions.self, from: Data(output.utf8))
    }

    /// `argot judgements follow`, reading a log of a mail server while it is written.
    public func follow(_ log: String) throws -> ChildProcess {
        try ChildProcess(
            FilterProcess.executable("argot"), following(log, "positions.json"), output: path("follow"),
            errors: path("follow"))
    }

    /// What following the log from its beginning finds in it, and what becomes of that.
    public func followOnce(_ log: String) throws -> String { try argot(following(log, "again.json") + ["--once"]) }

    private func following(_ log: String, _ positions: String) -> [String] {
        ["judgements", "follow", log, "--socket", path("judgements.sock"), "--position", path(positions)]
    }

    /// Runs `argot`, which must succeed, and gives what it printed.
    public func argot(_ arguments: [String]) throws -> String {
        let tag = UUID().uuidString
        let child = try ChildProcess(
            FilterProcess.executable("argot"), arguments, output: path("out-\(tag)"), errors: path("err-\(tag)"))
        guard child.wait(until: .after(.seconds(120))) == .exited(0) else {
            throw LabError(.refused, contents(of: "err-\(tag)"))
        }
        return contents(of: "out-\(tag)")
    }
}
