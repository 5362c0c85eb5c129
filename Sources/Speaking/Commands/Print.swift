import Terminal

/// Prints what a command says. It stands before the standard library's `print` in this room, which escapes nothing.
func print(_ text: String, terminator: String = "\n") { Output.print(text, terminator: terminator) }
