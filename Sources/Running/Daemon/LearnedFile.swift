import Configuration
import FoundationEssentials
import SMTP

/// What a look at a file of something learned has brought.
enum LearnedFile<Value: Sendable>: Sendable {
    /// What was learned, and where it lies.
    case read(Value, TaughtFile)

    /// Nobody has learned anything, or nobody wants to.
    case none

    /// The usual file is there and cannot be used. A program wrote it, so that nothing else waits for its repair.
    case faulty(String)

    /// Reads the file at its place.
    ///
    /// - Parameters:
    ///   - kind: what it is of.
    ///   - place: the place; `nil` where nobody wants to learn.
    ///   - parse: reads the bytes of a file of that name.
    /// - Throws: all faults of a file that the configuration names, each with its place.
    init(_ kind: String, at place: LearnedPlace?, parse: (_ bytes: Data, _ file: String) throws -> Value) throws {
        guard let place, place.isExpected else {
            self = .none
            return
        }
        let path = place.path
        do {
            guard let data = FileManager.default.contents(atPath: path) else {
                throw DocumentFault(file: path, line: 0, problem: "cannot be read: check path and permissions")
            }
            self = .read(try parse(data, path), TaughtFile(kind: kind, path: path))
        } catch {
            if place.isNamed { throw error }
            self = .faulty("what was learned (\(kind)) stays as it is: \(error)")
        }
    }

    /// What decides from now on: what was read, or what is in force in place of what is faulty.
    func value(inForce: Value?) -> Value? {
        switch self {
        case .read(let value, _): value
        case .none: nil
        case .faulty: inForce
        }
    }

    /// The file that was read.
    var file: TaughtFile? { if case .read(_, let file) = self { file } else { nil } }

    /// What is wrong with it.
    var fault: String? { if case .faulty(let fault) = self { fault } else { nil } }
}
