import Importing
import SMTP
import Terminal

/// Shows on standard error what an import tells: a bar while it reads, faults as they come.
final class ImportDisplay {
    private var bar: Progress?

    /// Shows it.
    func show(_ news: ImportNews) {
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
        Output.note(line)
    }
}
