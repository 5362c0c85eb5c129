private import Glibc

/// The size of a terminal's window, in characters.
public struct TerminalSize: Sendable, Hashable {
    /// The width.
    public var columns: Int

    /// The height.
    public var rows: Int

    /// A size from its parts.
    public init(columns: Int, rows: Int) {
        self.columns = columns
        self.rows = rows
    }

    /// The size of the window that a descriptor writes to; `nil` when it is no terminal, or does not know.
    public static func current(of descriptor: Int32) -> TerminalSize? {
        var size = winsize()
        guard unsafe ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0, size.ws_row > 0 else {
            return nil
        }
        return TerminalSize(columns: Int(size.ws_col), rows: Int(size.ws_row))
    }
}
