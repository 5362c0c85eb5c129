import Dialects
import Synchronization

/// What a model knows of hellos and SYNs, made when the first session shows one, or beforehand where a tap will tell of them.
final class ConnectionTables: Sendable {
    private let model: DialectModel
    private let made: Mutex<ConnectionTable?>

    init(model: DialectModel, isNeeded: Bool) {
        self.model = model
        made = Mutex(isNeeded ? ConnectionTable(model: model) : nil)
    }

    /// The table. Whoever comes while it is made waits for it: it takes a look at every dialect, and is made once.
    var table: ConnectionTable {
        made.withLock { made in
            if let made { return made }
            let table = ConnectionTable(model: model)
            made = table
            return table
        }
    }

    /// Whether it has been made.
    var isMade: Bool { made.withLock { $0 != nil } }
}
