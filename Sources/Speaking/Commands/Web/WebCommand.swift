import ArgumentParser
import Processes

/// `argot web`: hands over to a program of its own, which a package of its own brings.
struct WebCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "web", abstract: "Serves a page that shows what Argot decides and why.",
        discussion: """
            Runs argot-web, which the package argot-web brings: argot web [--config FILE] [--listen SOCKET] [--check]. \
            It listens on loopback or a unix socket only; argot web password NAME look|steer reads a password and \
            prints a line for users in /etc/argot/web.conf. argot-web(8) and web.md say more.
            """)

    @Argument(
        parsing: .captureForPassthrough,
        help: ArgumentHelp("What argot-web is told; argot web --help lists it.", valueName: "arguments"))
    var arguments: [String] = []

    /// Where the package puts it.
    static let program = "/usr/libexec/argot/argot-web"

    func run() throws {
        let beside = ProgramChange.ownDirectory + "/argot-web"
        let program = [beside, Self.program].first(where: ProgramChange.isRunnable) ?? Self.program
        guard ProgramChange.isRunnable(program) else {
            throw CommandError("\(Self.program) is not there: install the package argot-web")
        }
        throw CommandError("\(program) cannot be run: \(ProgramChange.become(program, arguments))")
    }
}
