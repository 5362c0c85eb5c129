/// The game under other rules, one change each.
public struct GameVariant: Sendable {
    /// What is different, as tables name it.
    public let name: String

    /// The knobs.
    public let options: GameOptions

    private init(_ name: String, _ options: GameOptions, _ change: (inout GameOptions) -> Void) {
        self.name = name
        var changed = options
        change(&changed)
        self.options = changed
    }

    /// The variants of a game, itself first.
    public static func all(of options: GameOptions) -> [GameVariant] {
        [
            GameVariant("as above", options) { _ in },
            GameVariant("lies by recipient and network", options) { $0.scope = .pair },
            GameVariant("each server has its own key", options) { $0.sharesLies = false },
            GameVariant("15 % of the bots are judged", options) { $0.recall = 0.15 },
            GameVariant("92 % of the bots are judged", options) { $0.recall = 0.916 },
            GameVariant("a plausible share, learned", options) { $0.plausibility = .learned },
            GameVariant("a plausible share, 10 %", options) { $0.plausibility = .share(0.1) },
            GameVariant("5 lies a day a site", options) { $0.siteCap = 5 },
        ]
    }
}
