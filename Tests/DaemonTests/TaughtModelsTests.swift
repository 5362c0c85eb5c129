import Configuration
import Files
import Foundation
import Keeping
import RedisStore
import SMTP
import ScratchFiles
import Synchronization
import Testing

@testable import Daemon

/// The models that a server teaches itself, as other servers have them.
@Suite("Models that servers share")
struct TaughtModelsTests {
    private let scratch: Scratch
    private let models: TaughtModels
    private let directory: String
    private let reloads = Counter()

    private final class Counter: Sendable {
        let count = Atomic<Int>(0)
        var value: Int { count.load(ordering: .relaxed) }
    }

    init() throws {
        scratch = try Scratch()
        var configuration = Configuration()
        configuration.dataDirectory = scratch.path
        configuration.learning = true
        directory = configuration.files.models
        models = TaughtModels(configuration) { [reloads] in reloads.count.add(1, ordering: .relaxed) }
    }

    private func own(_ kind: String) -> OwnModel? { models.own.first { $0.kind == kind } }

    @Test("a server that goes back to no model says so, and one that hears of it has none")
    func none() throws {
        let none = try #require(own("envelopes"))
        #expect(none.time == nil && none.read() == nil)
        #expect(models.take(SharedModel(kind: "envelopes", time: UnixTime(seconds: 1_700_000_000), bytes: [])))
        #expect(reloads.value == 1)
        let cleared = try #require(own("envelopes"))
        #expect(cleared.time != nil && cleared.read() == [])
        #expect(ProgramDirectory(directory).leadsNowhere("envelopes.model"))
        #expect(!FileManager.default.fileExists(atPath: directory + "/envelopes.model"))
    }

    @Test("what is no model is not taken, and changes nothing")
    func damaged() throws {
        for (kind, text) in [("envelopes", "no model\n"), ("site-dialects", "none either\n"), ("other", "")] {
            let model = SharedModel(kind: kind, time: UnixTime(seconds: 1_700_000_000), bytes: Array(text.utf8))
            #expect(!models.take(model), "\(kind)")
        }
        #expect(reloads.value == 0 && own("envelopes")?.time == nil)
    }
}
