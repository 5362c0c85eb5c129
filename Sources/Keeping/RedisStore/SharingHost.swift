public import Keeping
public import Memory

/// The server's side of sharing: what it remembers, and who is told. Called on threads of the store's own; nothing of it may
/// wait for the store.
public protocol SharingHost: Sendable {
    /// The wall clock, in seconds since 1970.
    var now: Double { get }

    /// What others are to be told beside the changes that were submitted; each is handed out once.
    func takeNews() -> [SharedFact]

    /// Takes in what another server has said, or this one in an earlier run (`nil`).
    func take(_ facts: [SharedFact], from server: ServerID?)

    /// Takes in what other servers have noted, up to a place in their stream, which is kept with it.
    func take(_ notes: [SharedNote], upTo place: String)

    /// The models that may be shared: those that a server teaches itself.
    var models: [OwnModel] { get }

    /// Puts another server's model in force; returns whether it can be.
    func take(_ model: SharedModel) -> Bool

    /// Goes through all that this server has to say, piece by piece, until `body` says `false`.
    func forEachRecord(_ body: ([SharedFact]) -> Bool)

    /// How this server is, for the others.
    var report: NodeReport { get }

    /// Tells the administrator.
    func tell(_ event: SharingEvent)
}
