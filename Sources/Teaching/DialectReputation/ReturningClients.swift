import Judgements
public import Keeping
import SMTP

/// Which clients come back: the plain rule of simulations, and of listings where no learner has spoken.
///
/// A client counts as honest from four sightings on three days, if at most a twentieth of them were judged spam.
public struct ReturningClients {
    private struct Client {
        var sightings = 0
        var spam = 0
        var days: Set<Int64> = []
    }

    private var clients: [KeyedHash: Client] = [:]

    /// Nobody yet.
    public init() {}

    /// Counts a sighting. Who never asks for a recipient brings nothing to come back with.
    public mutating func add(_ sighting: Sighting) {
        guard sighting.hasRecipient else { return }
        var client = clients[sighting.client] ?? Client()
        client.sightings += 1
        if sighting.judgements.contains(where: { $0.kind == .spam }) { client.spam += 1 }
        if client.days.count < 8 { client.days.insert(sighting.time.seconds / 86_400) }
        clients[sighting.client] = client
    }

    /// Whether the client of a sighting comes back.
    public func isHonest(_ sighting: Sighting) -> Bool {
        guard let client = clients[sighting.client] else { return false }
        return client.sightings >= 4 && client.days.count >= 3 && client.spam * 20 <= client.sightings
    }
}
