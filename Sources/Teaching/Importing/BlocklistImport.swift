package import Files
import MailLogs
package import SMTP

/// Reads blocklists: what they list is labelled spam.
package enum BlocklistImport {
    /// The most that one label may cover, in words.
    package static let widest = "a /8, of IPv6 a /16"

    /// Lines that are named one by one.
    private static let mostFaults = 20

    /// Nobody's word holds for so many: it is a slip, or a list that was closed, which some show by listing everything.
    package static func isTooWide(_ network: AddressPrefix) -> Bool {
        network.length < (network.base.family == .ipv4 ? 8 : 16)
    }

    /// The networks that a file lists, without those that it takes out again or lets in.
    ///
    /// - Parameters:
    ///   - path: the file.
    ///   - tell: who watches; the first lines that are skipped are faults.
    /// - Throws: a fault when the file cannot be read, lists nothing, or is no blocklist as most of its lines show.
    package static func networks(listedIn path: String, tell: ReadingWatch) throws(DocumentFault) -> [AddressPrefix] {
        var lines = try LineReader(path: path, limit: 4_096)
        var reader = BlocklistReader()
        var networks: Set<AddressPrefix> = []
        var exceptions: Set<AddressPrefix> = []
        var faults = 0
        var domains = 0
        var tooWide = 0
        func name(_ problem: String, _ line: LineReader.Line) {
            guard faults + tooWide <= Self.mostFaults else { return }
            tell(.fault(DocumentFault(file: path, line: line.number, problem: problem)))
        }
        while let line = try lines.next() {
            guard !line.isCut else {
                faults += 1
                name("the line is longer than \(lines.limit) bytes", line)
                continue
            }
            switch reader.read(String(decoding: line.bytes, as: UTF8.self)) {
            case .networks(let found):
                // A range that is too wide is not saved by its ends.
                if let wide = found.first(where: isTooWide) {
                    tooWide += 1
                    name("\(wide) is wider than \(widest) and is skipped: has the list been discontinued?", line)
                } else {
                    networks.formUnion(found)
                }
            case .exceptions(let found): exceptions.formUnion(found)
            case .domain: domains += 1
            case .nothing: break
            case .fault(let problem):
                faults += 1
                name(problem, line)
            }
        }
        let passedOver = faults + tooWide
        if passedOver > mostFaults { tell(.remark("\(path): … and \(passedOver - mostFaults) more")) }
        if passedOver > 0 { tell(.remark("\(path): \(passedOver) lines skipped")) }
        if domains > 0 { tell(.remark("\(path): \(domains) domain names skipped")) }
        if !exceptions.isEmpty {
            tell(
                .remark("\(path): \(exceptions.count) networks are permitted or excluded: they are not labelled"))
        }
        let listed = NetworkSet.subtracting(exceptions, from: networks)
        guard !listed.isEmpty else {
            throw DocumentFault(file: path, line: 0, problem: "it lists no address or network")
        }
        guard faults <= listed.count else {
            throw DocumentFault(
                file: path, line: 0,
                problem: "most of its lines name no network: is it a blocklist? No label was changed")
        }
        return listed
    }
}
