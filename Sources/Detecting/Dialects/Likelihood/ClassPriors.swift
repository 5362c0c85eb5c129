import SMTP

/// How likely a client is of each kind before it has said anything, as seen from an MX.
///
/// Round numbers: three clients in ten speak no known dialect, and hostile ones are no majority. An error of a factor
/// of two moves a posterior of 0.99 to 0.98 or 0.995.
struct ClassPriors: Sendable {
    /// Software that the model does not know.
    static let unknownSoftware = 0.32

    /// A hostile engine that the model does not know.
    static let unknownEngine = 0.10

    /// The dialects of one class together; they share it evenly.
    static func share(of dialectClass: DialectClass) -> Double {
        switch dialectClass {
        case .mta: 0.30
        case .mua: 0.04
        case .library: 0.04
        case .tool: 0.02
        case .bot: 0.15
        case .attack: 0.03
        }
    }

    /// The priors of a model's dialects, in its order.
    static func priors(of dialects: [Dialect]) -> [Double] {
        var counts: [DialectClass: Int] = [:]
        for dialect in dialects { counts[dialect.dialectClass, default: 0] += 1 }
        return dialects.map { share(of: $0.dialectClass) / Double(counts[$0.dialectClass] ?? 1) }
    }
}
