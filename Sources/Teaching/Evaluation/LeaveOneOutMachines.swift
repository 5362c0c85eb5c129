package import Dialects
package import SMTP

/// Decision machines of one model: the whole, or for each kind of client the model without that program.
package struct LeaveOneOutMachines {
    private let model: DialectModel
    private let vantage: Vantage
    private let leavesOut: Bool
    private var machines: [[String]: DecisionMachine] = [:]

    /// Machines of a model at a vantage; with `leavesOut` a machine for each kind.
    package init(model: DialectModel, vantage: Vantage, leavesOut: Bool) {
        self.model = model
        self.vantage = vantage
        self.leavesOut = leavesOut
    }

    /// The machine that judges clients of this kind, and the names of the dialects that it does not know for that.
    mutating func machine(for kind: String) -> (machine: DecisionMachine, leftOut: [String]) {
        let leftOut = leavesOut ? model.dialects.map(\.name).filter { Self.isSameProgram($0, kind) } : []
        if let machine = machines[leftOut] { return (machine, leftOut) }
        let rest =
            leftOut.isEmpty ? model : DialectModel(dialects: model.dialects.filter { !leftOut.contains($0.name) })
        let machine = DecisionMachine(model: rest, vantage: vantage)
        machines[leftOut] = machine
        return (machine, leftOut)
    }

    /// Whether two names are of one program: equal, or one is the other with a version or a variant behind it, as
    /// `exim4` and `exim`, `swaks-pipeline` and `swaks`.
    static func isSameProgram(_ one: String, _ other: String) -> Bool {
        let (short, long) = one.count <= other.count ? (one, other) : (other, one)
        guard long.hasPrefix(short) else { return false }
        guard let next = long.dropFirst(short.count).first else { return true }
        return next == "-" || next == "." || next.isNumber
    }
}
