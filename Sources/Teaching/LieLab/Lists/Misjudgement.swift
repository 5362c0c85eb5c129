/// How false verdicts are spread over honest mail.
public enum Misjudgement: String, Sendable, Hashable, CaseIterable {
    /// A list server speaks or looks like a bot: all of its posts are judged so.
    case server

    /// Each post by itself.
    case post
}
