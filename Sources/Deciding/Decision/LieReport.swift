/// How it goes with lies.
public struct LieReport: Sendable, Hashable {
    /// Whether none is told because clients cannot be told apart: something stands before the mail server.
    public let standsDown: Bool

    /// The share of the mail that the client brings which brings most, where it is more than half, 0...1; 0 otherwise.
    public let carrierShare: Double

    /// The lies told for the first time since the hour began.
    public let toldThisHour: Int

    /// The share of recipients that do not exist, of those that clients ask for whom no lies are due to, 0...1.
    public let learnedShare: Double

    /// From how many requests that was learned, older ones counting less.
    public let requests: Double

    /// The same share for clients whom lies are due to, lies included; `nil` before there are any today.
    public let seenShare: Double?
}
