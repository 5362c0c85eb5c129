/// Spammers of all kinds against sites that lie at all rates, over several games each.
public struct GameTable: Sendable {
    /// What games of one kind and rate amount to.
    public struct Cell: Sendable, Hashable {
        /// The kind of spammer.
        public let kind: SpammerKind

        /// How the sites lie.
        public let rate: LieRate

        /// Share of the spam that would have reached somebody, and did not come any more.
        public let saved: Estimate

        /// The same in the last third of the days: what holds when it has shown who finds out.
        public let savedLate: Estimate

        /// Share of the bots' requests that did not come any more.
        public let requestsSaved: Estimate

        /// Share of the addresses that somebody reads that were dropped.
        public let dropped: Estimate

        /// Share of the traps that were dropped: what the site loses.
        public let trapsDropped: Estimate

        /// Share of the addresses that do not exist that were dropped: what feedback is worth to the spammer.
        public let cleaned: Estimate

        /// Share of the spammer's requests that went to addresses that do not exist.
        public let wasted: Estimate

        /// How the spammer finds those who lie.
        public let sitesFound: GameOutcome.Finding

        /// How he finds the addresses that were lied about.
        public let addressesFound: GameOutcome.Finding

        /// Lies told in a game.
        public let lies: Estimate

        /// ``saved`` game by game.
        let savedByGame: [Double]
    }

    /// The knobs.
    public let options: GameOptions

    /// The kinds compared.
    public let kinds: [SpammerKind]

    /// The rates compared, ``LieRate/never`` first.
    public let rates: [LieRate]

    /// The cells, by kind, then by rate.
    public let cells: [[Cell]]

    /// Plays all of it. O(kinds · rates · runs · days · list).
    ///
    /// - Parameter progress: called after each kind with the number done and in all.
    public init(
        _ options: GameOptions, kinds: [SpammerKind] = SpammerKind.all, rates: [LieRate] = LieRate.compared,
        progress: (Int, Int) -> Void = { _, _ in }
    ) {
        self.options = options
        self.kinds = kinds
        self.rates = [.never] + rates.filter { $0 != .never }
        let worlds = (0..<max(0, options.runs)).map {
            GameWorld(options, seed: options.seed &+ UInt64(truncatingIfNeeded: $0))
        }
        var cells: [[Cell]] = []
        for kind in kinds {
            let played = self.rates.map { rate in
                worlds.map { world in
                    var game = LieGame(kind, rate: rate, world: world)
                    return game.play()
                }
            }
            cells.append(
                zip(self.rates, played).map { Self.cell(kind, $0, $1, beside: played[0]) })
            progress(cells.count, kinds.count)
        }
        self.cells = cells
    }

    /// What a mix of spammers saves the sites, by rate: each kind sends its share of the spam. They do not meet: each has
    /// its own list and bots. The shares add up to 1; what is of a kind that was not played counts as nothing saved.
    public func saved(by mix: SpammerMix) -> [Estimate] {
        rates.indices.map { column in
            Estimate(
                (0..<max(0, options.runs)).map { game in
                    cells.reduce(0) { $0 + (mix.shares[$1[column].kind] ?? 0) * $1[column].savedByGame[game] }
                })
        }
    }

    private static func cell(
        _ kind: SpammerKind, _ rate: LieRate, _ games: [GameOutcome], beside honest: [GameOutcome]
    ) -> Cell {
        func share(_ part: Int, of whole: Int) -> Double { whole > 0 ? Double(part) / Double(whole) : 0 }
        func mean(_ value: (GameOutcome) -> Double) -> Estimate { Estimate(games.map(value)) }
        func saved(_ count: KeyPath<GameOutcome, Int>) -> [Double] {
            zip(games, honest).map { game, other in
                other[keyPath: count] > 0 ? 1 - share(game[keyPath: count], of: other[keyPath: count]) : 0
            }
        }
        var sites = GameOutcome.Finding()
        var addresses = GameOutcome.Finding()
        for game in games {
            sites.add(game.sitesFound)
            addresses.add(game.addressesFound)
        }
        return Cell(
            kind: kind, rate: rate, saved: Estimate(saved(\.delivered)), savedLate: Estimate(saved(\.deliveredLate)),
            requestsSaved: Estimate(saved(\.requests)),
            dropped: mean { share($0.liveDropped, of: $0.live) },
            trapsDropped: mean { share($0.trapsDropped, of: $0.traps) },
            cleaned: mean { share($0.unknownDropped, of: $0.unknown) },
            wasted: mean { share($0.wasted, of: $0.requests) }, sitesFound: sites, addressesFound: addresses,
            lies: mean { Double($0.lies) }, savedByGame: saved(\.delivered))
    }
}
