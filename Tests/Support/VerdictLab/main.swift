import ClientLab
import DaemonLab
import FakeMTA
import Foundation
import Glibc

// Prints what argotd answers and logs when every scenario and every persona comes to it, through the fake MTA and through
// real mail servers, in both modes. Two prints of the same tree are equal line by line.

/// Says what is wrong and leaves.
func fail(_ message: String) -> Never {
    FileHandle.standardError.write(Data("verdict-lab: \(message)\n".utf8))
    exit(1)
}

guard CommandLine.arguments.count == 2, geteuid() == 0 else {
    fail("usage: verdict-lab DIRECTORY-OF-SCENARIOS, as root, with argotd beside the program")
}
signal(SIGPIPE, SIG_IGN)

do {
    let scenarios = try Scenario.all(inDirectory: CommandLine.arguments[1])
    for mode in ["observe", "enforce"] {
        let settings = mode == "observe" ? ["mode": "observe"] : ArgotDaemon.enforcing("reject")
        for identity in [MTAIdentity.postfix, .sendmail] {
            let daemon = try ArgotDaemon(settings)
            var session = SessionLog("fake \(identity == .postfix ? "postfix" : "sendmail") \(mode)", daemon: daemon)
            try daemon.start()
            for scenario in scenarios {
                try session.play(scenario, over: FakeMTATransport(socket: daemon.socketPath, identity: identity))
            }
            session.finish()
        }
        for kind in MailServerKind.usable {
            let lab = try kind.filtered(settings)
            var session = SessionLog("real \(kind.rawValue) \(mode)", daemon: lab.daemon)
            if let postfix = lab as? FilteredPostfix {
                for scenario in scenarios {
                    try session.play(scenario, over: TCPTransport(port: postfix.postfix.port))
                }
            }
            for persona in Persona.all {
                for _ in 1...2 { try session.play(persona, at: lab.server) }
            }
            session.finish()
        }
    }
} catch {
    fail("\(error)")
}
