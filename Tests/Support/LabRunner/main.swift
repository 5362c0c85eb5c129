import ClientLab
import Glibc

do {
    switch try LabOptions(Array(CommandLine.arguments.dropFirst())) {
    case .help:
        Console.say(LabOptions.usage)
    case .quickstart(let options):
        let cleanup = Cleanup()
        cleanup.runOnSignals()
        do {
            if options.showsTwoServers {
                try TwoServers(options: options, cleanup: cleanup).run()
            } else {
                try Quickstart(options: options, cleanup: cleanup).run()
            }
        } catch {
            cleanup.run()
            throw error
        }
        cleanup.run()
    }
} catch {
    Console.complain("\(error)")
    exit((error as? LabError)?.code == .invalidArgument ? 64 : 1)
}
