/// An SMTP client's script with what it expects, read from a `.session` file.
///
/// The same script runs through ``FakeMTATransport`` against a filter and through ``TCPTransport`` against a real MTA in
/// front of it. A file holds one connection; a line holds one thing; empty lines and lines that begin with `#` mean
/// nothing, except in a message.
///
/// ```
/// # the first comment is the title
/// filter milter-probe --answer rcpt#2=reply:550:5.1.1:User~unknown
/// set key = value
/// client 192.0.2.10 name=host.example.net port=4242
/// send EHLO host.example.net
/// expect 250
/// send DATA
/// expect 354
/// message
/// From: a@example.net
///
/// body
/// .
/// expect 250 2.0.0 Ok: queued as ...
/// expect@sendmail 250 2.0.0 ...
/// drop
/// callback helo "host.example.net"
/// callback@postfix header "Received" ...
/// ```
///
/// - `filter NAME [OPTION]...`: the filter to start; `~` in an option is a blank. Followed by any number of
///   `set KEY = VALUE`, kept for whoever starts the filter.
/// - `client ADDRESS [name=HOST] [port=NUMBER]`: who the client is. Over TCP this takes XCLIENT.
/// - `send LINE`: sends the line and CR LF. The line goes to the end as it stands; `\xNN`, `\t`, `\r`, `\n`, `\0` and
///   `\\` are escapes.
/// - `message`: the following lines up to a single `.` are sent with their dots stuffed, and the final dot. The same
///   escapes.
/// - `expect CODE [TEXT]`: the next reply. The text is that of all lines joined by ` | `, without the codes; if it ends
///   in `...`, only its beginning counts. `expect closed`: the server closes instead. The greeting is a reply; if the
///   script does not begin with an `expect`, it must be 220.
/// - `expect@MTA ...` behind an `expect`: holds in its place for that MTA (`fake`, `postfix`, `sendmail`).
/// - `drop`: closes without QUIT.
/// - `callback LINE`: what a recording filter has recorded for the connection, in order, without session number,
///   negotiation and macros; `...` at the end as above. `callback@MTA LINE`, `callback@!MTA LINE`: only with that MTA, or
///   with every other. All of them stand at the end. An MTA for which no line holds is not compared.
public struct Scenario: Hashable, Sendable {
    /// The filter a scenario asks for.
    public struct Filter: Hashable, Sendable {
        /// The executable.
        public var name: String
        /// Its options.
        public var arguments: [String] = []
        /// The settings, in order.
        public var settings: [Setting] = []
    }

    /// A line `set KEY = VALUE`.
    public struct Setting: Hashable, Sendable {
        /// The key.
        public var key: String
        /// The value.
        public var value: String
    }

    /// A line `callback`.
    public struct Callback: Hashable, Sendable {
        /// The record's line.
        public var text: String
        /// With which MTAs it is to be seen.
        public var condition: Condition

        /// Whether a recorded line is it.
        public func matches(_ recorded: String) -> Bool { ScenarioText.matches(recorded, pattern: text) }
    }

    /// With which MTA a line holds.
    public enum Condition: Hashable, Sendable {
        /// With all.
        case always
        /// With the one of that name.
        case only(String)
        /// With the others.
        case except(String)

        /// Whether it holds with an MTA.
        public func holds(on mta: String) -> Bool {
            switch self {
            case .always: true
            case .only(let name): name == mta
            case .except(let name): name != mta
            }
        }
    }

    /// The file's name, for messages.
    public var file: String
    /// The first comment.
    public var title: String
    /// The filter, if the scenario names one.
    public var filter: Filter?
    /// Who the client is, if the scenario says so.
    public var client: ClientPeer?
    /// What happens, in order.
    public var steps: [ScenarioStep]
    /// The callbacks, for all MTAs.
    public var callbacks: [Callback]

    /// The callbacks to be seen with an MTA, or nil if the scenario names none for it.
    public func callbacks(on mta: String) -> [Callback]? {
        let callbacks = callbacks.filter { $0.condition.holds(on: mta) }
        return callbacks.isEmpty ? nil : callbacks
    }

    /// Compares a session's record with the callbacks the scenario names.
    ///
    /// - Parameter record: the record's lines without session number; negotiation and macros are passed over.
    /// - Returns: what differs, for people; nil if nothing does or the scenario names no callbacks.
    public func difference(ofRecord record: [String], on mta: String) -> String? {
        guard let expected = callbacks(on: mta) else { return nil }
        let seen = record.filter { !$0.hasPrefix("negotiate ") && !$0.hasPrefix("macro ") }
        if seen.count == expected.count && zip(seen, expected).allSatisfy({ $1.matches($0) }) { return nil }
        return "\(file): callbacks\n  expected:\n    " + expected.map(\.text).joined(separator: "\n    ")
            + "\n  seen:\n    " + seen.joined(separator: "\n    ")
    }
}
