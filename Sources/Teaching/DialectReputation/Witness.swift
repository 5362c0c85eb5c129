import Judgements
import Keeping
import SMTP

/// What a sighting says of the way in which its client spoke.
struct Witness {
    let network: KeyedHash
    let organisation: KeyedHash?
    let time: UnixTime

    /// Spam, honest, or nothing.
    let kind: JudgementKind?

    /// Who says so.
    let sources: Set<JudgementSource>

    /// - Parameter isHonestClient: whether the client has a standing of its own, by coming back.
    init(_ sighting: Sighting, isHonestClient: Bool) {
        network = sighting.network
        organisation = sighting.organisation
        time = sighting.time
        // The best rank that says anything holds; where it contradicts itself, nobody has said anything.
        let best = sighting.judgements.map(\.source.rank).min()
        let counted = sighting.judgements.filter { $0.source.rank == best }
        let kinds = Set(counted.map(\.kind))
        if let only = kinds.first, kinds.count == 1 {
            kind = only
            sources = Set(counted.map(\.source))
        } else {
            kind = kinds.isEmpty && isHonestClient ? .honest : nil
            sources = []
        }
    }
}
