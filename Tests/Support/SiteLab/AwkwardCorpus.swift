import Foundation
import SMTP

/// The corpus of awkward but honest sessions: `Tests/Corpora/awkward.sessions`, whose head says what a block holds.
public enum AwkwardCorpus {
    /// The faults of a document, in the order of its lines.
    public struct Faults: Error, CustomStringConvertible, Equatable {
        /// The faults; never empty.
        public let faults: [DocumentFault]

        /// One fault a line.
        public var description: String { faults.map(\.description).joined(separator: "\n") }
    }

    /// The clients of the repository's corpus.
    public static func all() throws -> [AwkwardClient] {
        let path = URL(filePath: #filePath).appending(path: "../../../Corpora/awkward.sessions").standardized
        return try clients(in: String(contentsOf: path, encoding: .utf8), file: "awkward.sessions")
    }

    /// Reads a document.
    ///
    /// - Throws: every fault with its place.
    public static func clients(in text: String, file: String) throws(Faults) -> [AwkwardClient] {
        var clients: [AwkwardClient] = []
        var names: Set<String> = []
        var faults: [DocumentFault] = []
        var block: Block?
        func close() {
            guard let block else { return }
            do throws(DocumentFault) {
                let client = try block.client(file: file)
                guard names.insert(client.name).inserted else {
                    throw DocumentFault(file: file, line: block.line, problem: "\(client.name) is there twice")
                }
                clients.append(client)
            } catch {
                faults.append(error)
            }
        }
        for (number, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
            let words = line.split(separator: " ", maxSplits: 1, omittingEmptySubsequences: true)
            guard let key = words.first, !key.hasPrefix("#") else { continue }
            let value = words.count > 1 ? words[1].drop { $0 == " " } : ""
            if !line.hasPrefix(" ") {
                close()
                block = Block(name: String(value), line: number + 1)
                if key != "session" {
                    faults.append(
                        DocumentFault(file: file, line: number + 1, problem: "\"\(key)\": begin with session"))
                }
            } else if block == nil || !Block.keys.contains(String(key)) || block?.fields[String(key)] != nil {
                faults.append(
                    DocumentFault(
                        file: file, line: number + 1, problem: "\"\(key)\" is not a field here, or is there twice"))
            } else {
                block?.fields[String(key)] = (String(value), number + 1)
            }
        }
        close()
        guard faults.isEmpty else { throw Faults(faults: faults) }
        return clients
    }

    /// A block in the making.
    private struct Block {
        static let keys: Set = ["client", "name", "helo", "mail", "unknown", "headers", "seen", "retries", "why"]

        let name: String
        let line: Int
        var fields: [String: (text: String, line: Int)] = [:]

        func client(file: String) throws(DocumentFault) -> AwkwardClient {
            func fault(_ key: String, _ problem: String) -> DocumentFault {
                DocumentFault(file: file, line: fields[key]?.line ?? line, problem: "\(key): \(problem)")
            }
            func field(_ key: String) throws(DocumentFault) -> String {
                guard let field = fields[key]?.text, !field.isEmpty else { throw fault(key, "is missing") }
                return field
            }
            func number(_ key: String, default standard: Int) throws(DocumentFault) -> Int {
                guard let text = fields[key]?.text else { return standard }
                guard let number = Int(text), 0...100_000 ~= number else { throw fault(key, "is not a number") }
                return number
            }
            let addresses = try field("client").split(separator: " ").compactMap { ClientAddress($0) }
            guard addresses.count == (try field("client")).split(separator: " ").count else {
                throw fault("client", "is not a list of addresses")
            }
            let greeting = try field("helo").split(separator: " ", maxSplits: 1)
            guard greeting.count == 2, ["HELO", "EHLO"].contains(greeting[0]) else {
                throw fault("helo", "write HELO or EHLO and a name")
            }
            let headers = try field("headers")
            var times = try field("retries").split(separator: " ").map(String.init)
            let isElsewhere = times.last == "elsewhere"
            if isElsewhere { times.removeLast() }
            guard times == ["never"] || times.first == "after" && times.count > 1 else {
                throw fault("retries", "write never, or after TIME ... [elsewhere]")
            }
            var retries: [Int64] = []
            for time in times.dropFirst() {
                guard let unit = time.last, let factor = ["s": 1, "m": 60, "h": 3_600, "d": 86_400][unit],
                    let count = Int64(time.dropLast()), 1...10_000 ~= count
                else { throw fault("retries", "\"\(time)\" is not a time such as 90s, 5m, 2h, 1d") }
                retries.append(count * Int64(factor))
            }
            return AwkwardClient(
                name: name, addresses: addresses,
                reverse: try reverse(try field("name"), or: fault("name", "is unknown")),
                helo: String(greeting[1]), isExtended: greeting[0] == "EHLO", mail: try field("mail"),
                unknown: try number("unknown", default: 0),
                headers: headers == "-" ? [] : headers.split(separator: " ").map(String.init),
                seen: try number("seen", default: 1), retries: retries, retriesElsewhere: isElsewhere,
                why: try field("why"))
        }

        private func reverse(_ text: String, or fault: DocumentFault) throws(DocumentFault) -> AwkwardClient.Name {
            let words = text.split(separator: " ").map(String.init)
            switch (words[0], words.count) {
            case ("ok", 2): return .verified(words[1])
            case ("forged", 2): return .forged(words[1])
            case ("generic", 1): return .generic
            case ("none", 1): return .none
            case ("temporary", 1): return .temporary
            default: throw fault
            }
        }
    }
}
