/// What the filter made of an offer.
public struct NegotiationAnswer: Hashable, Sendable {
    /// The protocol version the filter speaks.
    public var version: UInt32
    /// What the filter may want to do.
    public var actions: MilterActions
    /// What the MTA is to leave out and what the filter uses.
    public var steps: MilterSteps
    /// The macros the filter wants, by stage; a stage not in here gets the MTA's default, unless there is any other.
    public var symbols: [MacroStage: [String]]

    /// Any answer.
    public init(version: UInt32, actions: MilterActions, steps: MilterSteps, symbols: [MacroStage: [String]] = [:]) {
        self.version = version
        self.actions = actions
        self.steps = steps
        self.symbols = symbols
    }

    /// Takes apart the answer and checks it against the offer, as MTAs do.
    ///
    /// - Throws: ``FakeMTAError/malformed(letter:reason:)``, ``FakeMTAError/badNegotiation(_:)``.
    public init(payload: [UInt8], to offer: NegotiationOffer) throws(FakeMTAError) {
        do throws(PayloadReader.Malformed) {
            var reader = PayloadReader(payload)
            version = try reader.number()
            actions = MilterActions(rawValue: try reader.number())
            steps = MilterSteps(rawValue: try reader.number())
            symbols = [:]
            while !reader.isAtEnd {
                let number = try reader.number()
                guard let stage = MacroStage(rawValue: number) else {
                    throw PayloadReader.Malformed(reason: "macro stage \(number)")
                }
                symbols[stage] = try reader.string().split(whereSeparator: { " \t,".contains($0) }).map(String.init)
            }
        } catch {
            throw .malformed(letter: "O", reason: error.reason)
        }
        guard version <= offer.version else { throw .badNegotiation("version \(version) of \(offer.version)") }
        guard actions.isSubset(of: offer.actions) else { throw .badNegotiation("actions \(actions) not offered") }
        guard steps.isSubset(of: offer.steps) else { throw .badNegotiation("steps \(steps) not offered") }
        guard symbols.isEmpty || offer.actions.contains(.setSymbolList) else {
            throw .badNegotiation("macro lists not offered")
        }
    }
}
