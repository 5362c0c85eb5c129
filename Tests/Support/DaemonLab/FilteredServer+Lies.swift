import ClientLab

extension FilteredServer {
    /// The bytes that a bot is answered to RCPT with `argument`, line ends included.
    public func bytesAnswered(toRCPT argument: String) throws -> String {
        let conversation = try begin(.bot)
        defer { conversation.drop() }
        let earlier = conversation.record.bytes(from: .server).count
        try conversation.command("RCPT TO:\(argument)")
        return String(decoding: conversation.record.bytes(from: .server).dropFirst(earlier), as: UTF8.self)
    }

    /// What tells a lie about an existing user from the truth about a missing one, both asked for in one spelling, in which
    /// `USER` stands for the local part; nil if only the user's name does.
    public func differenceOfLie(spelt spelling: String) throws -> String? {
        // Names of one length and letter case.
        for (existing, missing) in [("user1", "nosu1"), ("USER2", "NOSU2"), ("User3", "Nosu3")] {
            let faked = try bytesAnswered(toRCPT: spelling.replacing("USER", with: existing))
            let genuine = try bytesAnswered(toRCPT: spelling.replacing("USER", with: missing))
            guard genuine.hasPrefix("550 5.1.1 "), genuine.contains(missing) else {
                return "\(spelling): the genuine answer is \(genuine)"
            }
            guard faked == genuine.replacing(missing, with: existing) else {
                return "\(spelling): \(faked) instead of \(genuine)"
            }
        }
        return nil
    }
}
