import ClientLab
import Foundation
import Sink
import SMTP
import Sessions
import Synchronization

/// A sink on a free loopback port, its transcripts collected; stopped with its owner.
final class RunningSink: Sendable {
    private final class Collection: Sendable {
        let transcripts = Mutex<[SessionTranscript]>([])
    }

    let server: SinkServer
    let port: UInt16
    private let collection: Collection

    init(
        mode: SinkMode = .learn, offer: String = "SIZE,8BITMIME,ENHANCEDSTATUSCODES",
        questions: SinkServer.Questions = .none, limits: SinkLimits? = nil, certificate: ServerCertificate? = nil,
        sessions: Int? = nil
    ) throws {
        var configuration = SinkServer.Configuration(
            host: "127.0.0.1", port: 0,
            settings: SessionPlan.Settings(
                mode: mode, offer: ServiceOffer(offer)!, limits: limits, serverName: "mx.example"),
            questions: questions)
        configuration.certificate = certificate
        configuration.maximumSessions = sessions
        let collection = Collection()
        self.collection = collection
        server = try SinkServer(configuration) { transcript in
            collection.transcripts.withLock { $0.append(transcript) }
        }
        port = UInt16(try server.start())
    }

    convenience init(playing id: String, offer: String = "SIZE,8BITMIME,ENHANCEDSTATUSCODES") throws {
        try self.init(offer: offer, questions: .scripts([[ScriptedVariation(id)!]]))
    }

    /// Ends the sink, giving sessions a moment, and returns the transcripts.
    func stop(grace: Int = 0) -> [SessionTranscript] {
        server.stop(grace: grace)
        server.wait()
        return collection.transcripts.withLock { $0 }
    }

    /// The transcripts so far, once there are so many.
    func transcripts(_ count: Int) -> [SessionTranscript] {
        _ = Poll.until(.after(.seconds(120))) { collection.transcripts.withLock { $0.count } >= count }
        return collection.transcripts.withLock { $0 }
    }
}
