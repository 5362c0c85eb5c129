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
