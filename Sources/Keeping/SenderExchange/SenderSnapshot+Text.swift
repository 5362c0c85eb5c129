public import SMTP
internal import SpamTracker

/// The text form of a snapshot: facts, the list, and the model in its own form (`SenderModelDocument`). Equal snapshots give
/// equal texts.
extension SenderSnapshot {
    /// The version that is written and read.
    public static let version = 1

    /// The text's bytes. O(list + model).
    public var bytes: [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(40 * listed.lines.count + 1 << 16)
        func line(_ text: String) {
            bytes += text.utf8
            bytes.append(0x0a)
        }
        line("argot-senders-snapshot \(Self.version)")
        line("group \(String(group, radix: 16))")
        line("until \(until.seconds)")
        line("window \(window)")
        line("sites \(sites.trusted) \(sites.scored)")
        line("senders \(senderCount)")
        line("anonymity \(anonymity)")
        line("input \(String(input, radix: 16))")
        line("listed \(listed.lines.count)")
        for sender in listed.lines {
            let cluster = sender.cluster.map { "\($0)" } ?? "-"
            line(
                "\(String(sender.sender.bits, radix: 16)) \(sender.probability) \(sender.confidence) "
                    + "\(sender.domains) \(sender.sites) \(cluster)")
        }
        SenderModelDocument.write(model) { line($0) }
        return bytes
    }

    /// Reads the text form; nothing in it is trusted. O(length).
    ///
    /// - Parameters:
    ///   - bytes: the text.
    ///   - file: its name, for messages. Lines are counted from the payload's first.
    public init(bytes: [UInt8], file: String) throws(DocumentFault) {
        var reader = LineTaker(bytes: bytes, file: file)
        let title = try reader.words()
        guard title.first == "argot-senders-snapshot", title.count == 2 else {
            throw reader.fault("the first line must be \"argot-senders-snapshot \(Self.version)\"")
        }
        guard title[1] == "\(Self.version)" else {
            throw reader.fault(
                "version \(title[1].prefix(20)) is not known: this Argot reads version \(Self.version); update Argot")
        }
        let group = try reader.hexadecimal("group")
        let until = UnixTime(seconds: try reader.number("until", upTo: 1 << 40))
        let window = try reader.number("window", upTo: 1 << 40)
        let sites = try reader.numbers("sites", 2, upTo: Int64(SensorRoster.most))
        let senders = try reader.number("senders", upTo: 1 << 40)
        let anonymity = try reader.number("anonymity", upTo: 1_000_000)
        let input = try reader.hexadecimal("input")
        let count = try reader.number("listed", upTo: Int64(Self.mostListed))
        var listed: [ListedSender] = []
        // No more room than there are bytes for.
        listed.reserveCapacity(min(Int(count), bytes.count / 12))
        for _ in 0..<count {
            let line = try reader.listed()
            guard listed.last.map({ $0.sender < line.sender }) ?? true else {
                throw reader.fault("the list must ascend")
            }
            listed.append(line)
        }
        guard reader.rest.last == 0x0a else { throw reader.fault("the snapshot ends early") }
        let model: SenderModel
        do throws(DocumentFault) {
            model = try SenderModelDocument.model(from: String(decoding: reader.rest, as: UTF8.self), file: file)
        } catch {
            throw DocumentFault(
                file: file, line: error.line > 0 ? error.line + reader.number : 0, problem: error.problem)
        }
        self.init(
            group: group, until: until, window: window, sites: (Int(sites[0]), Int(sites[1])),
            senderCount: Int(senders), anonymity: Int(anonymity), input: input, listed: ListedSenders(listed),
            model: model)
    }
}

/// Takes lines of words.
private struct LineTaker {
    private(set) var rest: ArraySlice<UInt8>
    private(set) var number = 0
    private let file: String

    init(bytes: [UInt8], file: String) {
        rest = bytes[...]
        self.file = file
    }

    func fault(_ problem: String) -> DocumentFault { DocumentFault(file: file, line: number, problem: problem) }

    mutating func words() throws(DocumentFault) -> [Substring] {
        number += 1
        guard let end = rest.prefix(1_000).firstIndex(of: 0x0a) else { throw fault("the snapshot ends early") }
        let line = Substring(decoding: rest[..<end], as: UTF8.self)
        rest = rest[(end + 1)...]
        return line.split(separator: " ")
    }

    mutating func numbers(_ verb: String, _ count: Int, upTo limit: Int64) throws(DocumentFault) -> [Int64] {
        let words = try words()
        let values = words.dropFirst().compactMap { Int64($0) }.filter { 0...limit ~= $0 }
        guard words.first.map({ $0 == verb }) ?? false, words.count == count + 1, values.count == count else {
            throw fault("\"\(verb)\" and \(count == 1 ? "a number" : "\(count) numbers") are needed")
        }
        return values
    }

    mutating func number(_ verb: String, upTo limit: Int64) throws(DocumentFault) -> Int64 {
        try numbers(verb, 1, upTo: limit)[0]
    }

    mutating func hexadecimal(_ verb: String) throws(DocumentFault) -> UInt64 {
        let words = try words()
        guard words.count == 2, words[0] == verb, let value = UInt64(words[1], radix: 16) else {
            throw fault("\"\(verb)\" and a hexadecimal number are needed")
        }
        return value
    }

    mutating func listed() throws(DocumentFault) -> ListedSender {
        let words = try words()
        guard words.count == 6, let bits = UInt64(words[0], radix: 16), let probability = UInt16(words[1]),
            let confidence = UInt8(words[2]), let domains = UInt16(words[3]), let sites = UInt16(words[4]),
            words[5] == "-" || UInt16(words[5]) != nil
        else { throw fault("a sender, four numbers and a cluster are needed") }
        return ListedSender(
            sender: SenderKey(bits: bits), probability: probability, confidence: confidence, domains: domains,
            sites: sites, cluster: UInt16(words[5]))
    }
}
