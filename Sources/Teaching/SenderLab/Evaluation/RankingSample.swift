/// One sender of one judged window, with what the scores under test said of it.
struct RankingSample: Sendable {
    let window: Int
    /// The day of the sender's first mail in the window, counted from the first event.
    let day: Int
    let isSpam: Bool
    let isNeverSeen: Bool
    let isMulti: Bool
    /// By score, in the order of the score names.
    let scores: [Double]

    func belongs(to group: SenderGroup) -> Bool {
        switch group {
        case .all: true
        case .neverSeen: isNeverSeen
        case .multi: isMulti
        }
    }
}

/// Senders that are reported on their own.
public enum SenderGroup: String, CaseIterable, Sendable {
    /// Everybody.
    case all

    /// Senders of whom no earlier window holds a mail.
    case neverSeen = "never_seen"

    /// Senders that wrote to two or more recipients in the window.
    case multi
}
