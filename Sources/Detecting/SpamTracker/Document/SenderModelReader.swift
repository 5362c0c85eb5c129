import SMTP

/// Reads a document of `SenderModelDocument` line by line; nothing in it is trusted.
struct SenderModelReader {
    private let file: String
    private var number = 0
    private var facts = 0
    private var ended = false
    private var model = SenderModel()
    private var names: [String] = []
    private var tableSize: (capacity: Int, tail: Int)?
    private var clusters: [SpamCluster] = []
    private var seenColumns: Set<UInt32> = []

    /// What a document may claim at most, so that a damaged one cannot ask for all memory.
    private static let largestTable = (domains: 1 << 20, tail: 1 << 16)
    private static let largestHistory = 1 << 24
    private static let largestCluster = 1 << 40

    init(file: String) {
        self.file = file
    }

    mutating func read(_ line: Substring) throws(DocumentFault) {
        number += 1
        guard !line.isEmpty else { return }
        guard !ended else { throw fault("there are lines after \"end\": the file was written twice, make it again") }
        let words = line.split(separator: " ")
        let keyword = words.first ?? ""
        if facts == 0 {
            guard keyword == "argot-senders", words.count == 2 else {
                throw fault("the first line must be \"argot-senders \(SenderModelDocument.version)\"")
            }
            guard Int(words[1]) == SenderModelDocument.version else {
                throw fault(
                    "version \(words[1].prefix(20)) is not known: this Argot reads version "
                        + "\(SenderModelDocument.version); cluster again")
            }
            facts = 1
            return
        }
        if keyword == "end" {
            guard words.count == 2, Int(words[1]) == facts else {
                throw fault("\(facts) lines came before \"end\", not as many as were written; make the file again")
            }
            ended = true
            return
        }
        try take(keyword, Array(words.dropFirst()))
        facts += 1
    }

    consuming func finish() throws(DocumentFault) -> SenderModel {
        guard ended else {
            throw DocumentFault(
                file: file, line: 0,
                problem: facts == 0
                    ? "the file is empty: make it with \"argot senders cluster\""
                    : "the file is cut off after line \(number): the last line must be \"end\"; make the file again")
        }
        let table = DomainTable(
            names: names, capacity: tableSize?.capacity ?? 1, tailBuckets: tableSize?.tail ?? 1)
        guard table.names.count == names.count else {
            throw DocumentFault(file: file, line: 0, problem: "a domain is listed twice; make the file again")
        }
        model.table = table
        model.adopt(clusters)
        return model
    }

    private mutating func take(_ keyword: Substring, _ words: [Substring]) throws(DocumentFault) {
        switch keyword {
        case "half-lives":
            let values = try numbers(words, count: 2, above: 0)
            (model.settings.domainHalfLife, model.settings.historyHalfLife) = (values[0], values[1])
        case "unlabelled-weight": model.settings.unlabelledWeight = try numbers(words, count: 1)[0]
        case "contamination":
            let share = try numbers(words, count: 1)[0]
            guard share <= 0.5 else { throw fault("a share of at most 0.5 is needed") }
            model.settings.contamination = share
        case "examples":
            let values = try integers(words, count: 2)
            (model.settings.examplesPerPeriod, model.settings.periods) = (values[0], values[1])
        case "sensor-share": model.settings.sensors.maximumShare = try numbers(words, count: 1)[0]
        case "trusted":
            model.settings.sensors.trusted = []
            for word in words { model.settings.sensors.trusted!.insert(try column(word)) }
        case "learned-until":
            guard words.count == 1, let seconds = Int64(words[0]), seconds.magnitude < 1 << 40 else {
                throw fault("a time in seconds is needed")
            }
            model.learnedUntil = UnixTime(seconds: seconds)
        case "input":
            guard words.count == 1, let hash = UInt64(words[0], radix: 16) else { throw fault("a hash is needed") }
            model.inputHash = hash
        case "table":
            let values = try integers(words, count: 2)
            guard tableSize == nil else { throw fault("the table is announced twice") }
            guard (1...Self.largestTable.domains).contains(values[0]), (1...Self.largestTable.tail).contains(values[1])
            else {
                throw fault("a table of \(values[0]) domains and \(values[1]) shared numbers is out of range")
            }
            tableSize = (values[0], values[1])
        case "domain":
            guard let size = tableSize, names.count < size.capacity else { throw fault("more domains than announced") }
            guard words.count == 1, let name = SenderModelDocument.unescaped(words[0]) else {
                throw fault("a domain's name is needed")
            }
            names.append(name)
        case "senders":
            let values = try numbers(words, count: 2)
            (model.domains.spamTotal, model.domains.backgroundTotal) = (values[0], values[1])
        case "prior":
            let values = try numbers(words, count: 2, above: 0)
            model.domains.prior = (values[0], values[1])
        case "column": try takeColumn(words)
        case "cluster": try takeCluster(words)
        case "contrast": model.contrastModel = try logistic(words)
        case "combined": model.combinedModel = try logistic(words)
        case "history":
            guard let first = words.first, let capacity = Int(first), 1...Self.largestHistory ~= capacity else {
                throw fault("a capacity of 1 to \(Self.largestHistory) and two weights are needed")
            }
            let values = try numbers(Array(words.dropFirst()), count: 2)
            model.history = NetworkHistory(capacity: capacity)
            model.history.contamination = model.settings.contamination
            model.history.total = NetworkHistory.Count(spam: values[0], honest: values[1])
        case "seen":
            guard words.count == 4, let level = Int(words[0]), model.history.counts.indices.contains(level),
                let key = UInt64(words[1], radix: 16)
            else { throw fault("a level, a key and two weights are needed") }
            let values = try numbers(Array(words.dropFirst(2)), count: 2)
            guard model.history.counts[level].count < model.history.capacity else {
                throw fault("more networks than the history's capacity")
            }
            model.history.counts[level][key] = NetworkHistory.Count(spam: values[0], honest: values[1])
        case "example":
            guard words.count == 8, let seconds = Int64(words[0]), seconds.magnitude < 1 << 40,
                words[1] == "spam" || words[1] == "honest"
            else { throw fault("a time, spam or honest, a weight and five features are needed") }
            let weight = try numbers([words[2]], count: 1)[0]
            let values = try numbers(Array(words.dropFirst(3)), count: 5, above: -.infinity)
            model.examples.append(
                SenderModel.Example(
                    time: UnixTime(seconds: seconds), isSpam: words[1] == "spam", weight: weight,
                    features: ScoreFeatures(values: values)))
        default: throw fault("\"\(keyword.prefix(30))\" is not a keyword of version \(SenderModelDocument.version)")
        }
    }

    private mutating func takeColumn(_ words: [Substring]) throws(DocumentFault) {
        guard tableSize != nil else { throw fault("a domain's weights come before the table: make the file again") }
        guard let first = words.first else { throw fault("a domain's number and three weights are needed") }
        let column = try column(first)
        let values = try numbers(Array(words.dropFirst()), count: 3)
        guard seenColumns.insert(column).inserted else { throw fault("domain \(column) is listed twice") }
        model.domains.reserve(through: column)
        model.domains.spam[Int(column)] = values[0]
        model.domains.background[Int(column)] = values[1]
        model.domains.senders[Int(column)] = values[2]
    }

    private mutating func takeCluster(_ words: [Substring]) throws(DocumentFault) {
        guard let first = words.first, let senders = Int(first), 1...Self.largestCluster ~= senders else {
            throw fault("a cluster begins with its number of senders")
        }
        var domains: [UInt32] = []
        var average: [Double] = []
        for word in words.dropFirst() {
            let parts = word.split(separator: ":")
            guard parts.count == 2 else { throw fault("\"\(word.prefix(40))\" is not a NUMBER:VALUE") }
            let domain = try column(parts[0])
            guard domains.last.map({ $0 < domain }) ?? true else { throw fault("a cluster's domains must ascend") }
            domains.append(domain)
            average.append(try numbers([parts[1]], count: 1)[0])
        }
        clusters.append(SpamCluster(senderCount: senders, domains: domains, average: average))
    }

    private func logistic(_ words: [Substring]) throws(DocumentFault) -> LogisticModel {
        let values = try numbers(words, count: 6, above: -.infinity)
        return LogisticModel(intercept: values[0], weights: Array(values[1...]))
    }

    private func column(_ word: Substring) throws(DocumentFault) -> UInt32 {
        // A column costs memory for itself and for all before it, so a number without a table is not believed; settings
        // alone stand before the table.
        let columns = tableSize.map { $0.capacity + $0.tail } ?? Self.largestTable.domains + Self.largestTable.tail
        guard let column = UInt32(word), column < columns else {
            throw fault("\"\(word.prefix(30))\" is not a domain of the table")
        }
        return column
    }

    private func numbers(
        _ words: [Substring], count: Int, above bound: Double = -0x1p-1000
    ) throws(DocumentFault) -> [Double] {
        let values = words.compactMap { Double($0) }
        guard words.count == count, values.count == count, values.allSatisfy({ $0.isFinite && $0 > bound }) else {
            throw fault(
                bound == -.infinity
                    ? "\(count) finite numbers are needed"
                    : "\(count) finite numbers are needed, \(bound < 0 ? "none below 0" : "all above 0")")
        }
        return values
    }

    private func integers(_ words: [Substring], count: Int) throws(DocumentFault) -> [Int] {
        let values = words.compactMap { Int($0) }
        guard words.count == count, values.count == count, values.allSatisfy({ $0 > 0 && $0 < 1 << 32 }) else {
            throw fault("\(count) whole numbers above 0 are needed")
        }
        return values
    }

    private func fault(_ problem: String) -> DocumentFault {
        DocumentFault(file: file, line: number, problem: problem)
    }
}
