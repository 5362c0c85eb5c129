import DialectLearning
import Dialects
import Envelopes
import Judgements
import Keeping
import SMTP

/// A session of a simulated site, as its daemon would remember it, without judgements.
struct SimulatedSighting {
    var sighting: Sighting
    /// Whether any recipient was asked for: before that nobody decides.
    var hasRecipient: Bool { sighting.hasRecipient }

    init(_ dialogue: Dialogue, from host: SpeakingHost, at vantage: Vantage, time: UnixTime, number: Int) {
        var observer = EnvelopeObserver(peers: host.peers)
        let reader = EventReader(peers: host.peers)
        var hasHeaders = false
        var hasRecipient = false
        for event in dialogue.projected(to: vantage.filteredServer == nil ? Vantage(milterUnder: .sendmail) : vantage) {
            let bytes = Array(event.bytes)
            guard let observed = reader.read(event.kind, bytes.span) else { continue }
            if event.kind == .eoh { hasHeaders = true }
            if event.kind == .rcpt { hasRecipient = true }
            observer.take(observed, bytes.span)
        }
        sighting = Sighting(
            id: "sim-\(number).1", time: time, client: KeyedHash(bits: UInt128(host.network) << 32),
            network: KeyedHash(bits: UInt128(host.network)),
            organisation: host.organisation.map { KeyedHash(bits: UInt128($0) << 64) }, vantage: vantage,
            envelope: EnvelopeSummary(observer, hasHeaders: hasHeaders),
            dialect: dialogue.fingerprints(
                at: vantage, naming: GreetingNaming(peers: host.peers) { FNVHash($0).value }),
            hasRecipient: hasRecipient)
    }

    /// The fingerprints.
    var prints: DialectFingerprints {
        sighting.dialect ?? DialectFingerprints(trace: 0, speech: 0, greeting: 0)
    }

    /// The same, judged.
    func judged(_ kind: JudgementKind, by source: JudgementSource) -> SimulatedSighting {
        var copy = self
        copy.sighting.judgements.append(MailJudgement(kind, from: source, at: sighting.time))
        return copy
    }
}
