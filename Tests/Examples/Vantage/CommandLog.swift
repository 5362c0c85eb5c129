import SMTP

/// A reader of a mail server's verbose log, which has every command line and little else.
///
/// The example of "Adding a vantage". One of Argot's own stands in the table of vantages; the rest is the same: dialects
/// are projected to it, compiled for it and matched at it by its facts alone.
extension Vantage {
    /// Command lines as sent, inside TLS too; neither replies nor line ends, segments and times.
    package static let commandLog = Vantage("command-log", greeting: .atOnce, seesCommandLines: true)
}

extension Dialogue {
    /// The conversation as the log has it: without what only the connection shows, replies among it. That
    /// the client has logged in is known.
    package var atCommandLog: Dialogue {
        var shown = self
        shown.greeting = nil
        shown.closings = []
        shown.exchanges = exchanges.map { exchange in
            var message = exchange.message
            (message.lineEnd, message.isEarly, message.opensSegment) = (.crlf, false, true)
            (message.segmentCount, message.hasLoneDot) = (1, false)
            return Exchange(message: message, reply: exchange.reply?.code == 235 ? exchange.reply : nil)
        }
        return shown
    }
}
