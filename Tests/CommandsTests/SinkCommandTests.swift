import Foundation
import ScratchFiles
import Testing

@Suite("argot sink")
struct SinkCommandTests {
    @Test func theCatalogueIsPrinted() throws {
        struct Row: Decodable {
            let id: String
            let `class`: String
            let harm: String
            let milter: Bool
            let reply: String
        }
        let table = try Argot("sink", "--list-variations")
        #expect(table.status == 0)
        #expect(table.output.hasSuffix("228 variations\n"))
        let json = try Argot("sink", "--list-variations", "--json")
        let rows = try JSONDecoder().decode([Row].self, from: Data(json.output.utf8))
        #expect(rows.count == 228)
        let paper = try #require(rows.first { $0.id == "rcpt.mixed.250-550" })
        #expect(paper.reply == "250-OK\\r\\n550 Error\\r\\n")
        #expect(paper.class == "incorrect")
        #expect(paper.harm == "may-lose-mail")
        #expect(!paper.milter)
    }

    @Test(arguments: [
        (["--listen", "0.0.0.0:0"], "loopback only"),
        (["--listen", "nowhere"], "write address:port"),
        (["--variation", "adaptive", "--model", "/nonexistent/model"], "/nonexistent/model"),
        (["--mode", "both"], "choose learn or safe"),
        (["--variation", "rcpt.nonsense"], "unknown variation rcpt.nonsense"),
        (["--mode", "safe", "--variation", "rcpt.code.550"], "could harm honest mail"),
        (["--offer", "PIPELINING,MAGIC"], "a keyword is unknown"),
        (["--record", "/nonexistent/file"], "cannot be written"),
        (["--plan", "/nonexistent/file"], "cannot be read"),
        (["--tls-certificate", "/nonexistent/file"], "go together"),
        (["--tls-certificate", "/nonexistent/file", "--tls-key", "/nonexistent/file"], "use PEM files"),
    ])
    func aWrongOptionIsExplained(options: [String], problem: String) throws {
        // Should a wrong option be taken, the ready file ends it.
        let run = try Argot(
            ["sink", "--listen", "127.0.0.1:0", "--offer", "none", "--ready-file", "/nonexistent/ready"] + options)
        #expect(run.status != 0)
        #expect(run.errors.contains(problem), "\(run.errors)")
    }

    @Test func aPlanIsReadLineByLine() throws {
        let scratch = try Scratch()
        let plan = try scratch.write("plan", "# a comment\nnone\nrcpt.code.450, rcpt.code.550@2\nrcpt.oops\n")
        let run = try Argot(
            "sink", "--listen", "127.0.0.1:0", "--offer", "none", "--ready-file", "/nonexistent/ready", "--plan", plan)
        #expect(run.errors.contains("\(plan):4: unknown variation rcpt.oops"), "\(run.errors)")
    }
}
