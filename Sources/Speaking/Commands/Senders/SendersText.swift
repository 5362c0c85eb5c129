import SMTP
import SpamTracker

/// How what a model of senders holds is called.
enum SendersText {
    /// A domain's name; the empty one stands for messages without a recipient.
    static func name(_ name: String) -> String { name.isEmpty ? "(none)" : PrintableText(name).description }
}
