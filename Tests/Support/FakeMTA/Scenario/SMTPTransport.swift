/// A way for a scenario's client to an SMTP server.
public protocol SMTPTransport: AnyObject {
    /// The name scenarios know the server by: `fake`, `postfix` or `sendmail`.
    var mta: String { get }

    /// Connects. The greeting is the first reply.
    func open(as client: ClientPeer?) throws

    /// Sends a line; the transport adds CR LF.
    func send(_ line: String) throws

    /// Sends the lines of a message, with their dots stuffed, and the final dot.
    func send(message lines: [String]) throws

    /// Takes the next reply, waiting for it within a bound; nil if the server closed.
    func receive() throws -> ScenarioReply?

    /// Closes, without QUIT.
    func close() throws
}
