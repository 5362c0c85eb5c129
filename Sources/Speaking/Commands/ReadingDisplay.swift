import Files
import SMTP
import Terminal

/// Shows on standard error what is told of files that are read: a bar while it takes, faults as they come.
final class ReadingDisplay {
    private let prefix: String
    private var bar: Progress?

    /// A display whose lines begin with `prefix`.
    init(prefix: String = "") { self.prefix = prefix }

    /// Shows it.
    func show(_ news: ReadingNews) {
        switch news {
        case .begins(let file, let bytes): bar = Progress(file, total: bytes, unit: .bytes)
        case .reached(let position): bar?.update(position)
        case .fault(let fault): note(fault.description)
        case .remark(let text): note(text)
        case .ends:
            bar?.clear()
            bar = nil
        }
    }

    private func note(_ line: String) {
        bar?.clear()
        Output.note(prefix + line)
    }
}
