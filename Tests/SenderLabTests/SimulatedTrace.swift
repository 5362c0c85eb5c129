import SMTP
import SpamTracker

@testable import SenderLab

/// Simulated traffic in the form in which traces are read.
enum SimulatedTrace {
    static func trace(_ options: SimulationOptions, evasion: Evasion = .none) throws -> SenderTrace {
        var simulator = TrafficSimulator(options: options, evasion: evasion)
        var reader = SenderTrace.Reader(file: "simulated")
        try reader.read("t,ip,recipient,label")
        for mail in simulator.mails() {
            let label = mail.isSpam ? "spam" : "ham"
            try reader.read("\(mail.time.seconds),\(mail.sender),\(mail.domainName),\(label)")
        }
        return try reader.finish()
    }
}
