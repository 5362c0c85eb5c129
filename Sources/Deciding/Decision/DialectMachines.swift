import Dialects
import Policy
import SMTP
import Synchronization

/// The machines of a model, one for every sight that a vantage in use has.
///
/// Those that are known to be needed are compiled at once, so that no session waits for one; any other when it is first
/// asked for.
final class DialectMachines: Sendable {
    private let compile: @Sendable (Vantage) -> CompiledDialects
    private let prepared: [Vantage.Sight: CompiledDialects]
    private let others = Mutex<[Vantage.Sight: CompiledDialects]>([:])

    init(model: DialectModel, vantages: [Vantage], matching: MatchingMode, isProbing: Bool) {
        compile = { CompiledDialects(model: model, vantage: $0, matching: matching, isProbing: isProbing) }
        var prepared: [Vantage.Sight: CompiledDialects] = [:]
        for vantage in vantages where prepared[vantage.sight] == nil { prepared[vantage.sight] = compile(vantage) }
        self.prepared = prepared
    }

    /// How many have been compiled.
    var count: Int { prepared.count + others.withLock(\.count) }

    /// The machine for a vantage. O(1) for one that was prepared or asked for before. Nobody waits for another session's:
    /// of those that need a new one at once each compiles it, and the first one's is kept.
    subscript(vantage: Vantage) -> CompiledDialects {
        let sight = vantage.sight
        if let known = prepared[sight] ?? others.withLock({ $0[sight] }) { return known }
        let new = compile(vantage)
        return others.withLock { others in
            if let known = others[sight] { return known }
            others[sight] = new
            return new
        }
    }
}
