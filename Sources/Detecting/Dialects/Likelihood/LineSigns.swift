package import SMTP

/// What command lines show of a client's conduct where they are told one by one, and perhaps their replies: a value
/// machine, lines in, signs out.
///
/// Who waits for whom does not show, so a client counts as knowing a reply only where nobody can have offered it to go on
/// without: after HELO (RFC 2920). What follows the first mail, or bytes of another protocol, counts no more.
package struct LineSigns: Sendable {
    private var conduct: CommandConduct
    private var isOver = false
    private var hasBegun = false

    /// Signs of a session that begins.
    package init(peers: SessionPeers) { conduct = CommandConduct(peers: peers) }

    /// Takes a line; `nil` for the verb of one that is no command. O(length).
    package mutating func take(_ verb: SMTPVerb?, _ line: [UInt8], _ marks: LineMarks = []) -> [BehaviourSign] {
        // Lines after DATA that was not refused are content that the server did not take for it: both are at a loss.
        if conduct.lastVerb == .data, conduct.lastCode < 400 { isOver = true }
        guard !isOver else { return [] }
        let order = orderSigns(verb, marks)
        hasBegun = true
        guard let verb else {
            if CommandConduct.isBinary(line) {
                isOver = true
                return []
            }
            conduct.takeOther()
            return order + CommandConduct.unknown(line)
        }
        let hasWaited = conduct.hasGreeted && !conduct.saidEHLO
        return order + conduct.take(verb, line, hasWaited: hasWaited)
            + (marks.contains(.wrongEnd) ? [.endsLinesWrongly] : [])
    }

    /// The reply to the last line, where replies are told.
    ///
    /// - Returns: what the client shows by having been answered so.
    package mutating func replied(_ code: UInt16) -> [BehaviourSign] {
        guard !isOver else { return [] }
        conduct.replied(code)
        // Between greeting and mail a server that offers logins has no such answer (RFC 4954, section 4).
        let isUnoffered = code == 502 || code == 503
        guard isUnoffered, conduct.lastVerb == .auth, conduct.saidEHLO, !conduct.hasMailed else { return [] }
        return [.authenticatesUnoffered]
    }

    /// A message has come whole.
    package mutating func takeMessage() { isOver = true }

    /// What is told of who waited for whom. Who gives up waiting says QUIT.
    private func orderSigns(_ verb: SMTPVerb?, _ marks: LineMarks) -> [BehaviourSign] {
        if marks.contains(.beforeGreeting) { return hasBegun ? [] : [.speaksBeforeGreeting] }
        guard hasBegun, verb != .quit, !marks.isDisjoint(with: [.early, .earlyOffered]) else { return [] }
        switch conduct.lastVerb {
        case .mail, .rcpt, .rset, .bdat:
            return [marks.contains(.earlyOffered) ? .pipelinesOffered : .pipelinesUnoffered]
        default: return [.pipelinesUnoffered]
        }
    }
}
