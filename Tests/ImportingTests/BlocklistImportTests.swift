import Files
import Importing
import SMTP
import ScratchFiles
import Testing

struct BlocklistImportTests {
    private func read(_ text: String) throws -> (networks: [String], told: [String]) {
        let scratch = try Scratch()
        let path = try scratch.write("list", text)
        var told: [String] = []
        let networks = try BlocklistImport.networks(listedIn: path) { news in
            switch news {
            case .fault(let fault): told.append("\(fault.line): \(fault.problem)")
            case .remark(let text): told.append(String(text.dropFirst(path.count + 2)))
            case .begins, .reached, .ends: break
            }
        }
        return (networks.map(\.description).sorted(), told)
    }

    @Test("Networks are read, what is taken out again is not; what is too wide or a domain is told")
    func networks() throws {
        let (networks, told) = try read("192.0.2.0/24\n!192.0.2.0/25\n0.0.0.0/1\nspam.example\n198.51.100.7\n")
        #expect(networks == ["192.0.2.128/25", "198.51.100.7/32"])
        #expect(told.count == 4 && told[0].hasPrefix("3: 0.0.0.0/1 is wider than a /8"), "\(told)")
    }

    @Test(
        "A list of nothing, and one that is none, change no label",
        arguments: ["", "# nothing\n", "a b\nc d\n1.2.3.4\n"])
    func useless(text: String) {
        #expect(throws: DocumentFault.self) { try read(text) }
    }
}
