import SMTP

/// A command's failure, in words for the person who typed it: one line, whatever it quotes.
struct CommandError: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) {
        self.description = PrintableText(description).description
    }
}
