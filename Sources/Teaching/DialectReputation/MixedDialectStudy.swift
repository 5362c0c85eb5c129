public import Dialects
import Envelopes
import Judgements
public import Keeping
import SMTP

/// What else tells the honest speakers of a mixed dialect from those who send spam: HELO, names, headers, or whom they
/// write to.
///
/// For each it looks for the one answer whose shares on both sides differ most. Bounded: of each dialect the first
/// ``mostSightings`` of either side, and as many different answers as these have.
public struct MixedDialectStudy {
    /// What answers look at.
    enum Aspect: String, CaseIterable {
        case helo, names, headers, aim

        init(_ family: FeatureFamily) {
            switch family {
            case .helo, .greeting: self = .helo
            case .name, .relation, .sender: self = .names
            case .received, .mailer, .identifier, .headers, .order: self = .headers
            }
        }
    }

    private struct Answer: Hashable {
        let aspect: Aspect
        let group: UInt8
        let hash: UInt64
    }

    private struct Tallies {
        var spam = 0
        var honest = 0
        var answers: [Answer: (spam: Int, honest: Int)] = [:]
    }

    /// The most sightings of a side that a dialect is studied by.
    public static let mostSightings = 500

    private var courses: [UInt64: Tallies] = [:]
    private var speeches: [UInt64: Tallies] = [:]

    /// A study of these dialects, at most 256 of each depth.
    public init(of dialects: [SiteDialect]) {
        for dialect in dialects {
            switch dialect.depth {
            case .course: if courses.count < 256 { courses[dialect.fingerprint] = Tallies() }
            case .speech: if speeches.count < 256 { speeches[dialect.fingerprint] = Tallies() }
            // The name is what they have in common.
            case .named: break
            }
        }
    }

    /// Adds a sighting. O(answers).
    public mutating func add(_ sighting: Sighting, isHonestClient: Bool) {
        guard let prints = sighting.dialect else { return }
        let witness = Witness(sighting, isHonestClient: isHonestClient)
        guard let kind = witness.kind else { return }
        let course = UInt64(prints.course)
        let hasCourse = courses[course] != nil
        guard hasCourse || speeches[prints.speech] != nil else { return }
        var answers: Set<Answer> = []
        for token in sighting.envelope.answers(at: .afterHeaders) {
            answers.insert(
                Answer(
                    aspect: Aspect(token.group.family), group: token.group.rawValue, hash: FNVHash(token.bytes).value))
        }
        if !witness.sources.isDisjoint(with: [.trap, .unknownRecipients]) {
            answers.insert(Answer(aspect: .aim, group: 0, hash: 0))
        }
        if hasCourse { Self.add(answers, kind, to: &courses[course, default: Tallies()]) }
        if speeches[prints.speech] != nil { Self.add(answers, kind, to: &speeches[prints.speech, default: Tallies()]) }
    }

    private static func add(_ answers: Set<Answer>, _ kind: JudgementKind, to tallies: inout Tallies) {
        switch kind {
        case .spam:
            guard tallies.spam < mostSightings else { return }
            tallies.spam += 1
            for answer in answers { tallies.answers[answer, default: (0, 0)].spam += 1 }
        case .honest:
            guard tallies.honest < mostSightings else { return }
            tallies.honest += 1
            for answer in answers { tallies.answers[answer, default: (0, 0)].honest += 1 }
        }
    }

    /// What tells the speakers of a dialect apart, the best first; what does so for less than a quarter is left out.
    func distinctions(_ depth: SiteDialect.Depth, _ fingerprint: UInt64) -> [SiteDialect.Distinction] {
        let found =
            switch depth {
            case .course: courses[fingerprint]
            case .speech: speeches[fingerprint]
            case .named: Tallies?.none
            }
        guard let tallies = found, tallies.spam > 0, tallies.honest > 0 else { return [] }
        var best: [Aspect: Double] = [:]
        for (answer, counts) in tallies.answers {
            let difference = abs(
                Double(counts.spam) / Double(tallies.spam) - Double(counts.honest) / Double(tallies.honest))
            best[answer.aspect] = max(best[answer.aspect] ?? 0, difference)
        }
        return best.filter { $0.value >= 0.25 }.sorted { ($1.value, $0.key.rawValue) < ($0.value, $1.key.rawValue) }
            .map { SiteDialect.Distinction(aspect: $0.key.rawValue, difference: ($0.value * 1_000).rounded() / 1_000) }
    }
}
