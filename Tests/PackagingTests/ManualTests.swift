import ArgumentParser
import Configuration
import Foundation
import Testing

@testable import Commands

/// The manual pages, which follow from the help texts and the registry of keys.
@Suite("Manual")
struct ManualTests {
    private static func manual() throws -> Manual {
        let argot = try CommandHelp(dump: ArgotCommand._dumpHelp())
        return Manual(version: ArgotCommand.configuration.version, argot: argot, argotd: argot)
    }

    @Test func eachCommandHasAPage() throws {
        let names = try Self.manual().pages.map(\.fileName)
        for command in ArgotCommand.configuration.subcommands where command.configuration.shouldDisplay {
            let name = try #require(command.configuration.commandName)
            #expect(names.contains("argot-\(name).1"))
        }
        #expect(names.contains("argotd.conf.5"))
        #expect(names.contains("argotd.8"))
        #expect(!names.contains("argot-manual.1"))
        #expect(Set(names).count == names.count)
    }

    @Test func eachKeyIsExplained() throws {
        let page = try #require(try Self.manual().pages.first { $0.name == "argotd.conf" })
        for key in ConfigurationKey.all {
            #expect(page.text.contains(".TP\n\\fB\(key.name)\\fR\n"), "\(key.name)")
        }
    }

    @Test func eachOptionOfEachCommandIsExplained() throws {
        let manual = try Self.manual()
        func options(_ command: CommandHelp) -> [CommandHelp.Argument] {
            command.options + command.visibleSubcommands.flatMap(options)
        }
        for command in manual.argot.visibleSubcommands {
            let page = try #require(manual.pages.first { $0.name == "argot-\(command.commandName)" })
            for option in options(command) {
                for name in option.names ?? [] {
                    let term = ManualPage.set(name.spelling, in: .bold)
                    #expect(page.text.contains(term), "\(page.name) \(name.spelling)")
                }
            }
        }
    }

    @Test func nothingIsTakenForARequest() throws {
        for page in try Self.manual().pages {
            for line in page.text.split(separator: "\n") where line.hasPrefix(".") || line.hasPrefix("'") {
                let request = line.prefix { $0 != " " }
                let known = [".\\\"", ".TH", ".SH", ".SS", ".TP", ".PP", ".HP", ".br", ".nf", ".fi", ".RS", ".RE"]
                #expect(known.contains(String(request)) || [".nh", ".ad"].contains(request), "\(page.name): \(line)")
            }
        }
    }

    @Test(arguments: [("-", "\\-"), ("\\", "\\e"), ("'", "\\(aq"), ("a^b~`", "a\\(hab\\(ti\\(ga")])
    func whatTroffWouldTakeForItsOwnIsMadePlain(text: String, escaped: String) {
        #expect(ManualPage.escaped(text) == escaped)
    }
}
