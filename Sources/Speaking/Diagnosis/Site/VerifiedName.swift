internal import Processes
public import SMTP

/// The name of a client's host, if that name has the client's address, too.
public struct VerifiedName: Sendable, Hashable {
    /// The name, folded.
    public let name: String

    /// Asks the name service by `dig`, two seconds each question; `nil` if there is no such name, or nobody to ask.
    public init?(of client: ClientAddress) {
        self.init(of: client, asking: Self.dig)
    }

    /// The same by somebody else's answers.
    ///
    /// - Parameter ask: the answers to a question, by the words of `dig`; `nil` if it cannot be asked.
    init?(of client: ClientAddress, asking ask: ([String]) -> [String]?) {
        let type = client.family == .ipv4 ? "A" : "AAAA"
        for answer in (ask(["-x", client.description]) ?? []).prefix(5) {
            let name = MailDomain.folded(answer)
            guard !name.isEmpty, !name.hasPrefix("-"),
                ask(["-t", type, "-q", name])?.contains(where: { ClientAddress($0) == client }) == true
            else { continue }
            self.name = name
            return
        }
        return nil
    }

    private static func dig(_ question: [String]) -> [String]? {
        guard let run = try? ProgramRun("dig", ["+short", "+time=2", "+tries=1"] + question, limit: 10), run.status == 0
        else { return nil }
        return run.output.split(separator: "\n").map(String.init)
    }
}
