import Glibc

/// A line from standard input that a terminal does not show.
enum HiddenInput {
    /// The line without its end; `nil` without any.
    static func line() -> String? {
        var shown = termios()
        // unsafe: the two values outlive the calls.
        let isTerminal = unsafe tcgetattr(0, &shown) == 0
        if isTerminal {
            var hidden = shown
            hidden.c_lflag &= ~tcflag_t(ECHO)
            _ = unsafe tcsetattr(0, TCSAFLUSH, &hidden)
        }
        defer { if isTerminal { _ = unsafe tcsetattr(0, TCSAFLUSH, &shown) } }
        return readLine(strippingNewline: true)
    }
}
