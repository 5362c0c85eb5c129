public import Dialects

/// A variation and when it is played: at one occurrence of its stage in a session, or at each.
public struct ScriptedVariation: Sendable, Hashable {
    /// What is played.
    public let variation: ReplyVariation

    /// At which occurrence of the stage, counted from 1; `nil` for each.
    public let occurrence: Int?

    /// A variation at an occurrence of its stage.
    public init(_ variation: ReplyVariation, occurrence: Int? = 1) {
        self.variation = variation
        self.occurrence = occurrence
    }

    /// Reads `rcpt.code.550`, followed by `@2` for the second recipient or by `@*` for each. `nil` for anything else.
    public init?(_ text: some StringProtocol) {
        let parts = text.split(separator: "@" as Character, omittingEmptySubsequences: false)
        guard parts.count <= 2, let variation = VariationCatalogue.variation(parts[0]) else { return nil }
        self.variation = variation
        if parts.count == 1 {
            occurrence = 1
        } else if parts[1] == "*" {
            occurrence = nil
        } else {
            guard let number = Int(parts[1]), number > 0 else { return nil }
            occurrence = number
        }
    }
}

extension ScriptedVariation: CustomStringConvertible {
    /// The form that is read back.
    public var description: String {
        switch occurrence {
        case 1: variation.id
        case nil: variation.id + "@*"
        case let number?: "\(variation.id)@\(number)"
        }
    }
}
