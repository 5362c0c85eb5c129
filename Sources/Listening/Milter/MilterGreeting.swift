/// What somebody sends who only wants to know whether a filter answers.
package enum MilterGreeting {
    /// A negotiation with version 6 and all that a mail server may offer, then the end of the session, at which a filter
    /// hangs up.
    package static let bytes: [UInt8] = [
        0, 0, 0, 13, 0x4f, 0, 0, 0, 6, 0, 0, 0x01, 0xff, 0, 0x1f, 0xff, 0xff,
        0, 0, 0, 1, 0x51,
    ]

    /// Whether `answer` begins with a filter's half of the negotiation.
    package static func isAnswered(by answer: [UInt8]) -> Bool { answer.dropFirst(4).first == 0x4f }
}
