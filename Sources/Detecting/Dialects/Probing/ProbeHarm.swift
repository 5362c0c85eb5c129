/// The worst that honest software may make of a varied reply when its mail is real.
///
/// Judged by RFC 5321 and by what eleven real programs were seen to do; where in doubt, the worse.
public enum ProbeHarm: String, Sendable, Hashable, CaseIterable, Comparable {
    /// It goes on as ever, or tries again later or elsewhere.
    case none

    /// It may wait until its own time limit is over, then try again.
    case mayHang = "may-hang"

    /// It may give the message up, or believe it delivered.
    case mayLoseMail = "may-lose-mail"

    /// The greater harm is the greater one.
    public static func < (lhs: ProbeHarm, rhs: ProbeHarm) -> Bool { lhs.rank < rhs.rank }

    private var rank: Int {
        switch self {
        case .none: 0
        case .mayHang: 1
        case .mayLoseMail: 2
        }
    }
}
