import SMTP
import SenderExchange
import Signing
import Testing

@Suite("The list of sensors")
struct SensorRosterTests {
    @Test("is read line by line")
    func reads() throws {
        let keys = (0..<3).map { _ in SigningKey.random().publicKey }
        let roster = try SensorRoster(
            text: """
                # who submits
                argot-sensors 1
                trusted \(keys[0])  Mail of the first university
                scored \(keys[1])

                revoked	\(keys[2])	one that was
                """, file: "sensors")
        #expect(roster.sensors.count == 3)
        #expect(roster[keys[0].id]?.name == "Mail of the first university")
        #expect(roster[keys[0].id]?.standing == .trusted)
        #expect(roster[keys[1].id]?.standing == .scored)
        #expect(roster[keys[2].id]?.standing == .revoked)
        #expect(roster[SigningKey.random().publicKey.id] == nil)
    }

    @Test(
        "faults are named with their line",
        arguments: [
            ("", "is empty"), ("argot-sensors 2\n", "version 2"), ("trusted x\n", "first line"),
            ("argot-sensors 1\ntrusted\n", ":2: a public key"), ("argot-sensors 1\n\nfriend KEY\n", ":3: \"friend\""),
            ("argot-sensors 1\ntrusted ed25519:00\n", ":2: a public key"),
            ("argot-sensors 1\ntrusted KEY a\nscored KEY b\n", ":3: the key"),
        ])
    func faults(_ text: String, _ part: String) {
        let text = text.replacing("KEY", with: "\(SigningKey.random().publicKey)")
        #expect { try SensorRoster(text: text, file: "sensors") } throws: { "\($0)".contains(part) }
    }
}
