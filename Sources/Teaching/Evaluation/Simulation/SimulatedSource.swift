package import EnvelopeTraining
package import Judgements
import SMTP
package import Spectral

/// A source of judgements that is drawn from the truth, as a word of the command line describes it.
///
/// `filter:miss=0.3,wrong=0.002` calls spam what is spam except for a share that it misses, and a share of what is not;
/// `blocklist:0.5` knows a share of the addresses that send spam, and the mail server refuses those at RCPT, so that their
/// headers are never seen; `traps:0.05` is the recipient of a share of the spam; `people:0.02` report a share of the spam;
/// `correspondents:0.3` are a share of the honest addresses; `none` says nothing.
package struct SimulatedSource: Sendable, Hashable {
    package enum Kind: String, Sendable, CaseIterable {
        case none
        case filter
        case blocklist
        case traps
        case people
        case correspondents
    }

    /// Why a word is not understood.
    package struct Fault: Error, CustomStringConvertible {
        package let description: String
    }

    package let kind: Kind

    /// The share that is missed, of a filter; the share that is found, of the others.
    private var miss = 0.0
    private var share = 1.0
    /// The share of honest messages called spam.
    private var wrong = 0.0

    /// Reads a word.
    package init(_ word: String) throws(Fault) {
        let parts = word.split(separator: ":", maxSplits: 1).map(String.init)
        guard let name = parts.first, let kind = Kind(rawValue: name) else {
            throw Fault(
                description: "\"\(word)\" is not a source: use \(Kind.allCases.map(\.rawValue).joined(separator: ", "))"
            )
        }
        self.kind = kind
        guard parts.count == 2 else { return }
        for setting in parts[1].split(separator: ",") {
            let sides = setting.split(separator: "=").map(String.init)
            guard let value = sides.last.flatMap(Double.init), 0...1 ~= value else {
                throw Fault(description: "\"\(setting)\" in \"\(word)\" is not a share from 0 to 1")
            }
            switch (sides.count, sides[0]) {
            case (1, _): share = value
            case (2, "miss"): miss = value
            case (2, "wrong"): wrong = value
            default:
                throw Fault(description: "\"\(setting)\" in \"\(word)\" is not a setting: use miss=, wrong= or a share")
            }
        }
    }

    /// What stands for it in the table of sources.
    package var source: JudgementSource? {
        switch kind {
        case .none: nil
        case .filter: .filterHeader
        case .blocklist: .blocklist
        case .traps: .trap
        case .people: .person
        case .correspondents: .correspondent
        }
    }

    /// Whether what it calls spam is refused before the headers.
    package var hidesHeaders: Bool { kind == .blocklist }

    /// What it says of each record: `nil` for nothing.
    package func words(on records: [EnvelopeRecord], _ generator: inout SplitMix64) -> [JudgementKind?] {
        var known: [ClientAddress: Bool] = [:]
        return records.map { record in
            let chance = generator.unit()
            switch kind {
            case .none: return nil
            case .filter: return record.isSpam ? (chance >= miss ? .spam : nil) : chance < wrong ? .spam : nil
            case .traps, .people:
                return record.isSpam && chance < share || !record.isSpam && chance < wrong ? .spam : nil
            case .blocklist, .correspondents:
                let isKnown = known[record.client] ?? (chance < share)
                known[record.client] = isKnown
                guard record.isSpam == (kind == .blocklist), isKnown else { return nil }
                return kind == .blocklist ? .spam : .honest
            }
        }
    }
}
