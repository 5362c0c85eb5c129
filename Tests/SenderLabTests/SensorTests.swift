import SMTP
import Seeded
import SenderLab
import SpamTracker
import Testing

@Suite("Sensors")
struct SensorTests {
    /// The rows of spam senders that wrote so many mails to each of these domains.
    private func rows(_ senders: [[(domain: Int, mails: Int)]]) -> SenderRows {
        var matrix = SenderMatrix(limits: MatrixLimits(slotSeconds: 60, slotCount: 2, maximumCells: .max / 2))
        for (number, cells) in senders.enumerated() {
            for cell in cells {
                matrix.record(
                    sender: SenderKey(ClientAddress(ipv4: UInt32(10 << 24 + number))), domain: UInt32(cell.domain),
                    at: UnixTime(seconds: 0), weight: UInt32(cell.mails), label: .spam)
            }
        }
        return matrix.rows(from: UnixTime(seconds: 0), until: UnixTime(seconds: 60))
    }

    @Test("leaving out the sensor that joins the clusters moves them; leaving out a bystander does not")
    func reportsInfluence() throws {
        // Three campaigns; domain 30 is in every row, domain 31 in one row of ninety.
        var generator = SeededGenerator(seed: 2)
        var senders = (0..<90).map { sender in
            let own = (0..<7).shuffled(using: &generator).prefix(Int.random(in: 4...6, using: &generator))
            return [(30, 1)] + own.map { ($0 + sender % 3 * 7, 1) }
        }
        senders[0].append((31, 1))
        let influences = try SensorInfluence.ofHeaviest(40, in: rows(senders))
        let bystander = try #require(influences.first { $0.domain == 31 })
        #expect(bystander.agreement == 1)
        #expect(bystander.movement < 0.01)
        #expect(influences.allSatisfy { (0...1).contains($0.movement) && $0.agreement <= 1 })
        #expect(influences[0].domain == 30)
        #expect(influences[0].share > bystander.share)
    }

    @Test("placement counts what the paper reports of its sensors")
    func describesPlacement() {
        let window = rows([[(0, 6), (1, 2)], [(0, 1)], [(0, 1)], [(2, 2)]])
        let placement = SensorPlacement(window)
        #expect(placement.domainCount == 3)
        #expect(placement.senderCount == 4)
        #expect(placement.multiDomainShare == 0.25)
        #expect(placement.sensors.map(\.domain) == [0, 1, 2])
        #expect(placement.sensors[0].mails == 8)
        #expect(placement.sensors[0].senders == 3)
        #expect(placement.domainsOfNineTenths == 3)
        let even = SensorPlacement(rows([[(0, 2)], [(1, 2)]]))
        #expect(even.evenness == 1)
        #expect(placement.evenness < 1)
        #expect(SensorPlacement(SenderRows()).evenness == 0)
    }
}
