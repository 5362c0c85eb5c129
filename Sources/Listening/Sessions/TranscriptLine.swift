/// The JSON object of one transcript, field by field.
///
/// Bytes are Latin-1: each byte is the character with its number. Times are seconds since 1970.
struct TranscriptLine: Codable {
    struct Closing: Codable {
        var t: Double?
        var by: String?
        var what: String?
    }

    struct Event: Codable {
        var t: Double?
        var dir: String
        var len: Int?
        /// The bytes on the wire. For a milter's event: the command as it could have been sent.
        var raw: String
        /// The event's kind; missing for bytes on the wire.
        var event: String?
        /// The event's parts.
        var args: [String]?
    }

    /// How marks are written: 2 as events, without it as text.
    var format: Int?
    var source: String?
    var conv_id: String
    var client_ip: String?
    var client_port: Int?
    var client_name: String?
    var client_resolve: String?
    var client_connections: Int?
    var server_ip: String?
    var server_port: Int?
    var server_name: String?
    var mta: String?
    var vantage: String?
    var t0: Double?
    var label_guess: String?
    var kind: String?
    var note: String?
    var gaps: Int?
    var close: [Closing]?
    var origin: String?
    var events: [Event]
}
