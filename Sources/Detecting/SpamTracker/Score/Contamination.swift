import Glibc

/// Keeps evidence from ever being certain: a small share of each side behaves like the other.
///
/// An honest sender may be the first to write to a domain that only spammers knew, a bot may begin in a network without
/// a blemish, and labels err (of the accepted mail of the SpamTracker study about 15 % was spam). Taking the two sides as
/// mixtures bounds every weight of evidence to ±log((1 - ε)/ε) and changes no order among weights.
enum Contamination {
    /// The log likelihood ratio when a share `epsilon` of each side is drawn from the other.
    static func bounded(_ logRatio: Double, epsilon: Double) -> Double {
        guard epsilon > 0 else { return logRatio }
        // Symmetric, and without overflow for any ratio.
        let ratio = exp(-abs(logRatio))
        let bounded = log((1 - epsilon + epsilon * ratio) / (epsilon + (1 - epsilon) * ratio))
        return logRatio < 0 ? -bounded : bounded
    }
}
