import ClientLab
import Foundation

/// What tests read of a transcript that argotd has written.
public struct WrittenTranscript: Decodable, Sendable {
    /// An event of the session.
    public struct Event: Decodable, Sendable {
        /// Its kind.
        public var event: String
        /// What came with it.
        public var args: [String]?
    }

    /// Where it was seen from.
    public var vantage: String
    /// The client's address.
    public var client_ip: String
    /// What happened, in order.
    public var events: [Event]

    /// Waits for the transcript of the one session of a client. The daemon must write transcripts to the file
    /// `transcripts` in its directory.
    public static func awaitOne(of daemon: ArgotDaemon, from address: String) throws -> WrittenTranscript {
        func found() -> WrittenTranscript? {
            daemon.contents(of: "transcripts").split(separator: "\n").lazy
                .compactMap { try? JSONDecoder().decode(WrittenTranscript.self, from: Data($0.utf8)) }
                .first { $0.client_ip == address }
        }
        guard Poll.until(.after(.seconds(60)), { found() != nil }), let transcript = found() else {
            throw LabError(.timedOut, "no transcript of \(address)", at: daemon.directory.path)
        }
        return transcript
    }
}
