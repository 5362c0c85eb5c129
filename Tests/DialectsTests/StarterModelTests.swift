import Dialects
import SMTP
import Testing

/// The model that Argot ships.
struct StarterModelTests {
    static let names = Starter.model.dialects.map(\.name)

    @Test func itHoldsTheClassesThatVerdictsNeed() {
        let classes = Set(Starter.model.dialects.map(\.dialectClass))
        #expect(classes == Set(DialectClass.allCases))
        #expect(Set(Self.names).count == Self.names.count)
        #expect(Starter.model.dialects.count <= DialectModel.maximumDialects)
    }

    @Test(arguments: names)
    func dialectIsSound(name: String) throws {
        let dialect = try #require(Starter.model.dialects.first { $0.name == name })
        #expect(dialect.unreachableStates.isEmpty)
        #expect(!dialect.origin.isEmpty)
        #expect(!dialect.badFinals.isEmpty)
        #expect(dialect.states[0].template == nil)
        #expect(dialect.states.dropFirst().allSatisfy { $0.template != nil })
        #expect(Set(dialect.states.map(\.name)).count == dialect.states.count)
        // Scanners, guessers of passwords and those who only look whether a server is there never deliver.
        if [.attack, .tool].contains(dialect.dialectClass), dialect.goodFinals.isEmpty { return }
        // A delivery can succeed: some path of positive replies ends in a good final state.
        var reached: Set<Int> = [0]
        for _ in dialect.states {
            for way in dialect.transitions where reached.contains(way.source) && way.replies.admits(.positive) {
                reached.insert(way.target)
            }
        }
        #expect(!reached.isDisjoint(with: dialect.goodFinals))
    }

    @Test("Every dialect's own language is recognised", arguments: names)
    func ownLanguage(name: String) throws {
        let dialect = try #require(Starter.model.dialects.first { $0.name == name })
        for (vantage, machine) in Starter.machines {
            for seed in 0..<80 as Range<UInt64> {
                let steps = DialectWalk.steps(of: dialect, at: vantage, seed: seed)
                let names = machine.names(after: steps)
                let lost = names.firstIndex { !$0.contains(dialect.name) }
                #expect(lost == nil, "\(dialect.name) lost at \(vantage): \(steps.prefix((lost ?? 0) + 1))")
            }
        }
    }

    @Test func walksReachEveryStateThatShows() {
        // The test above is worth what its walks cover.
        for dialect in Starter.model.dialects {
            let steps = (0..<600 as Range<UInt64>).flatMap {
                DialectWalk.steps(of: dialect, at: .milterPostfix, seed: $0)
            }
            let delivers = !dialect.goodFinals.isEmpty
            #expect(
                steps.contains { if case .endOfHeaders = $0 { true } else { false } } == delivers, "\(dialect.name)")
            let goesOn = dialect.transitions.contains {
                if case .recipient = dialect.states[$0.source].template?.content {
                    $0.replies.admits(.permanent) || $0.replies.admits(.transient)
                } else {
                    false
                }
            }
            #expect(steps.contains { if case .answered = $0 { true } else { false } } == goesOn, "\(dialect.name)")
        }
    }

    @Test("The machine's size is a matter of the model, not of sessions", arguments: Starter.machines.keys)
    func size(vantage: Vantage) throws {
        let machine = try #require(Starter.machines[vantage])
        let states = Starter.model.dialects.map(\.states.count).reduce(0, +)
        let construction = try FullConstruction(of: machine)
        #expect(construction.placeCount > 100)
        #expect(construction.placeCount < 10 * states)
        #expect(construction.stepCount < 200_000)
    }

    @Test(
        "Well-known first words",
        arguments: [
            ("192.0.2.10", ["address-helo", "festi", "gnutls-cli"]), ("ylmf-pc", ["ylmf-pc"]),
            ("nmap.scanme.org", ["nmap-smtp-commands", "nmap-smtp-enum-users", "nmap-smtp-open-relay"]),
            ("hydra", ["hydra", "hydra-enum"]),
            ("cx", ["plurp"]), ("User.With.Error", ["spysheriff"]),
            (
                "[192.0.2.10]",
                [
                    "no-brackets", "talwadig", "mailbot-q", "node-nodemailer", "php-swiftmailer", "php-symfony-mailer",
                    "python-smtplib",
                ]
            ),
            ("[IPv6:2001:db8::1]", []), ("", []), ("a b", []),
        ])
    func greeting(argument: String, names: [String]) throws {
        for machine in Starter.machines.values { #expect(machine.names(.helo(argument)) == names) }
    }

    @Test func noMailTransferAgentIsAloneWithBots() throws {
        // An honest Postfix is never left with hostile candidates only.
        let postfix = try #require(Starter.model.dialects.first { $0.name == "postfix" })
        for (vantage, machine) in Starter.machines {
            for seed in 0..<200 as Range<UInt64> {
                var matcher = DialectMatcher(machine: machine)
                for step in DialectWalk.steps(of: postfix, at: vantage, seed: seed) {
                    matcher.take(step)
                    #expect(matcher.match.dialects.contains { $0.dialectClass == .mta })
                }
            }
        }
    }
}
