import Keeping
import KeyedHashing
import Memory
import Policy
import SMTP
import Testing

@testable import SQLiteStore

@Suite("Privacy")
struct PrivacyTests {
    @Test("no address in clear reaches any file, before or after the log is folded in")
    func noClearAddress() throws {
        let scratch = Scratch()
        let writer = patientWriter(scratch.database)
        for number in 0..<50 {
            var record = verdict("session-marker-\(number)")
            record.client = "203.0.113.199"
            record.clientName = "zqclientname.example"
            record.helo = "zqheloname.example"
            record.sender = "zqsender@zqsenderdomain.example"
            record.recipient = "ZQrecipient@Lab.Example"
            record.reply = "550 5.1.1 <zqrecipient@lab.example>: Recipient address rejected"
            record.applied = .fakeReject
            writer.submit(.verdict(record))
            let key = LieKey(recipient: testKey.hash(recipient: record.recipient), network: hash(number))
            writer.submit(.lie(LieRecord(time: noon, key: key, recipientShown: LieRecord.mask(record.recipient))))
        }
        #expect(writer.flush())
        check(scratch)
        #expect(writer.close())
        check(scratch)
    }

    private func check(_ scratch: Scratch) {
        let everything = scratch.names.reduce(into: [UInt8]()) { $0 += scratch.bytes(of: $1) }
        let folded = everything.map { 0x41...0x5a ~= $0 ? $0 | 0x20 : $0 }
        #expect(contains(folded, "session-marker-7"), "the search finds what is there")
        #expect(contains(folded, "z***@lab.example"))
        for marker in ["zqsender", "zqrecipient", "zqclientname", "zqheloname", "203.0.113.199", "rejected"] {
            #expect(!contains(folded, marker), "\(marker)")
        }
        #expect(!contains(everything, [203, 0, 113, 199]))
    }

    private func contains(_ bytes: [UInt8], _ text: String) -> Bool { contains(bytes, Array(text.utf8)) }

    private func contains(_ bytes: [UInt8], _ pattern: [UInt8]) -> Bool {
        guard bytes.count >= pattern.count else { return false }
        return bytes.indices.dropLast(pattern.count - 1).contains { bytes[$0...].starts(with: pattern) }
    }
}
