import SMTP
import Seeded

@testable import EnvelopeTraining

/// Judged mails made up from a seed: bots and servers that overlap, so that nothing separates them perfectly.
enum Synthetic {
    static func record(isSpam: Bool, _ generator: inout SeededGenerator, time: Int64 = 0) -> EnvelopeRecord {
        let number = UInt32.random(in: 0..<60_000, using: &generator)
        let organisation = "o\(number % 300).example"
        let looksBad = Int.random(in: 0..<10, using: &generator) < (isSpam ? 8 : 1)
        let client = ClientAddress(ipv4: 0x0a00_0000 + number * 2 + (isSpam ? 1 : 0))
        let dashed = client.description.split(separator: ".").joined(separator: "-")
        return EnvelopeRecord(
            time: UnixTime(seconds: time), client: client, label: isSpam ? .spam : .ham, isExtended: !looksBad,
            helo: looksBad ? "BOT\(number)" : "mail.\(organisation)",
            clientName: looksBad ? "dsl-\(dashed).\(organisation)" : "mail.\(organisation)", resolution: .ok,
            senderDomain: organisation, mailer: looksBad ? "Cheap 1.\(number)" : "Mutt/1.5",
            headers: looksBad ? ["From", "To", "Subject"] : ["Received", "Date", "From", "To", "Subject"])
    }

    static func records(_ count: Int, seed: UInt64) -> [EnvelopeRecord] {
        var generator = SeededGenerator(seed: seed)
        return (0..<count).map { index in
            record(isSpam: Bool.random(using: &generator), &generator, time: Int64(index) * 60)
        }
    }
}
