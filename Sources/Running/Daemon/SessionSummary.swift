/// A session that ended before a verdict.
struct SessionSummary: Sendable {
    var id: String
    var client: String
    var clientName: String
    var helo: String
    var dialect: String
}
