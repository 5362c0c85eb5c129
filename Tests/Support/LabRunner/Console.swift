import Foundation

/// The terminal, or wherever the output goes; nothing is held back in a buffer.
enum Console {
    /// Prints a text and a line end.
    static func say(_ text: String) {
        FileHandle.standardOutput.write(Data("\(text)\n".utf8))
    }

    /// Prints a complaint under the program's name.
    static func complain(_ text: String) {
        FileHandle.standardError.write(Data("argot-lab: \(text)\n".utf8))
    }
}
