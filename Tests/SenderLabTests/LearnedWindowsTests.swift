import Files
import SMTP
import ScratchFiles
import SenderLab
import SpamTracker
import Testing

@Suite("Windows that are learned")
struct LearnedWindowsTests {
    private func trace() throws -> SenderTrace {
        var options = SimulationOptions()
        options.bots = 150
        options.periods = 3
        options.multiDomainShare = 1
        return try SimulatedTrace.trace(options)
    }

    @Test("their order does not matter; the last one gives the clusters")
    func order() throws {
        let trace = try trace()
        let windows = trace.windows(of: 172_800)
        var done: [Int] = []
        let learned = try LearnedWindows(
            windows.reversed(), table: trace.table, settings: ModelSettings(), clustering: ClusterOptions()
        ) { count, _ in done.append(count) }
        #expect(done == [1, 2, 3] && learned.count == 3)
        #expect(learned.last.count == windows[2].rows().count)
        #expect(learned.spam.labels.allSatisfy { $0 == .spam } && !learned.clusters.clusters.isEmpty)
        let again = try LearnedWindows(
            windows, table: trace.table, settings: ModelSettings(), clustering: ClusterOptions())
        #expect(SenderModelDocument.text(for: again.model) == SenderModelDocument.text(for: learned.model))
    }

    @Test("a file is told from its begin to its end; one without messages is a fault")
    func reading() throws {
        let scratch = try Scratch()
        let path = try scratch.write("mails.csv", "t,ip,recipient\n1,192.0.2.1,a.example\nnonsense\n")
        var told: [String] = []
        let trace = try SenderTrace.read(path, table: DomainTable(), prefixes: SenderPrefixes()) { news in
            switch news {
            case .begins: told.append("begins")
            case .reached: break
            case .fault(let fault): told.append("fault \(fault.line)")
            case .remark: told.append("remark")
            case .ends: told.append("ends")
            }
        }
        #expect(trace.events.count == 1 && told == ["begins", "fault 3", "remark", "ends"])
        let empty = try scratch.write("empty.csv", "t,ip,recipient\n")
        #expect(throws: DocumentFault.self) {
            try SenderTrace.read(empty, table: DomainTable(), prefixes: SenderPrefixes()) { _ in }
        }
    }
}
