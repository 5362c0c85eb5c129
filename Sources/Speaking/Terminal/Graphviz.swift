import Processes
import SMTP

/// Pictures that Graphviz draws, another program that need not be there.
package enum Graphviz {
    /// Why there is no picture, and what to do.
    package struct Failure: Error, CustomStringConvertible {
        /// In words.
        package let description: String
    }

    /// The picture of a graph in Graphviz's language.
    ///
    /// - Parameters:
    ///   - dot: the graph.
    ///   - program: what draws it: a path, or a name found in PATH.
    package static func svg(of dot: String, by program: String = "dot") throws(Failure) -> String {
        let run: ProgramRun
        do {
            run = try ProgramRun(program, ["-Tsvg"], input: Array(dot.utf8))
        } catch {
            throw Failure(
                description: error.isMissing
                    ? "\(PrintableText(program)) is not there: install graphviz, or pipe what --format dot prints to \"dot "
                        + "-Tsvg\" where it is" : error.description)
        }
        guard run.status == 0 else {
            let said = PrintableText(run.errors.prefix { $0 != "\n" })
            throw Failure(
                description: "\(PrintableText(program)) ended with status \(run.status)"
                    + (run.status == 137 ? ": the graph is too large to be drawn in a minute" : ": \(said)"))
        }
        guard run.output.utf8.count < ProgramRun.maximumBytes else {
            throw Failure(description: "the picture is too large: run \"dot -Tsvg\" on what --format dot prints")
        }
        return run.output
    }
}
