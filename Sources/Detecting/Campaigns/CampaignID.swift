private import SMTP

/// What a campaign is known by: messages that advertise the same thing, however they were sent (B@bel, section 6.2).
///
/// The number is made with the site's key from what founded the campaign, so it tells nothing of its content, and all
/// servers of a site give a campaign the same one.
public struct CampaignID: Hashable, Sendable, Comparable, CustomStringConvertible {
    /// The number.
    public var number: UInt64

    /// The campaign of a number.
    public init(_ number: UInt64) {
        self.number = number
    }

    /// The campaign of a name as ``description`` gives it.
    public init?(_ name: some StringProtocol) {
        let digits = name.dropFirst(2)
        guard name.hasPrefix("c-"), digits.utf8.count == 16, digits.first != "+",
            let number = UInt64(digits, radix: 16)
        else { return nil }
        self.number = number
    }

    /// `c-` and 16 hexadecimal digits.
    public var description: String { "c-" + number.padded(to: 16, radix: 16) }

    /// By number.
    public static func < (left: CampaignID, right: CampaignID) -> Bool { left.number < right.number }
}
