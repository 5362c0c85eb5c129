import Memory
import Policy
import SMTP
import Testing

/// A day of attack on what is remembered: nobody without an account can make it forget whom it has to remember.
@Suite("Outrunning memory")
struct OutrunTests {
    private static let day: Int64 = 86_400

    /// The default capacity, and what an attack at full speed sends in a day, divided by this. The shares that networks may
    /// have are relative, so what survives is the same.
    private static let scale = 40

    private static let speeds = [250, 100_000 / scale]

    /// Honest clients: each in a network of its own but for two big senders with a /24 each, and some with IPv6.
    private func honest(_ number: Int) -> ClientKeys {
        switch number % 20 {
        case 0: ipv4(0x2800_0000 | number / 20 % 200)
        case 1: ipv4(0x2801_0000 | number / 20 % 200)
        case 2...4: ipv6(allocation: 1_000 + number % 300, site: number, network: 0)
        default: ipv4(Int(truncatingIfNeeded: scrambled(UInt64(1 << 40 + number)) >> 33))
        }
    }

    private func history(good: Int) -> ClientHistory {
        var configuration = HistoryConfiguration()
        configuration.capacity /= Self.scale
        var history = ClientHistory(configuration: configuration)
        for message in 0..<5 {
            for number in 0..<good {
                _ = history.noteCleanMessage(from: honest(number), at: at(Int64(message) * Self.day + Int64(number)))
            }
        }
        return history
    }

    @Test("Good histories outlive a day of clean mail from strangers", arguments: Attack.allCases, speeds)
    func history(attack: Attack, perHour: Int) {
        let good = 2_000 / Self.scale
        var history = history(good: good)
        let begin = 10 * Self.day
        // As many that have sent one message, two days ago.
        for number in good..<2 * good {
            _ = history.noteCleanMessage(from: honest(number), at: at(begin - 2 * Self.day + Int64(number)))
        }
        for number in 0..<24 * perHour {
            let time = begin + Int64(number * 3_600 / perHour)
            _ = history.noteCleanMessage(from: attack.client(number), at: at(time))
            if number.isMultiple(of: perHour) { #expect(history.count <= 2_500 && history.networkCount <= 2_500) }
        }
        let end = at(begin + Self.day)
        let standings = (0..<good).map { history.standing(of: honest($0), at: end) }
        #expect(standings.count(where: \.isGood) == good)
        #expect(standings.count(where: \.networkHasDelivered) == good)
        let newer = (good..<2 * good).map { history.standing(of: honest($0), at: end) }
        #expect(newer.count(where: \.networkHasDelivered) == good)
        // A botnet as large as the memory makes single messages forgotten, but not what they say of their networks.
        if attack != .botnet { #expect(newer.count(where: \.isKnown) == good) }
    }

    @Test(
        "Retries, passed attempts and allowed networks outlive a day of attempts by strangers",
        arguments: Attack.allCases, speeds)
    func greylist(attack: Attack, perHour: Int) {
        var configuration = GreylistConfiguration()
        configuration.capacity /= Self.scale
        var greylist = Greylist(configuration: configuration)
        // Fifty attempts that have passed, and ten networks on the automatic allow list.
        for (first, pairs) in [(0..<50, 7...7), (50..<60, 0...4)] {
            for number in first {
                for pair in pairs {
                    for time in [-Self.day, -Self.day + 600] {
                        _ = greylist.judge(attempt(honest(number), pair), at: at(time + Int64(number)))
                    }
                }
            }
        }
        // Every ten minutes somebody new is asked to come back, and does so after a quarter of an hour, or an hour.
        var due: [(time: Int64, number: Int)] = []
        var passed: [Bool] = []
        var next: Int64 = 0
        for number in 0..<24 * perHour {
            let time = Int64(number * 3_600 / perHour)
            while next <= time {
                let newcomer = 10_000 + Int(next)
                _ = greylist.judge(attempt(honest(newcomer), 1), at: at(next))
                due.append((next + (next.isMultiple(of: 1_200) ? 900 : 3_600), newcomer))
                for retry in due where retry.time <= next {
                    passed.append(greylist.judge(attempt(honest(retry.number), 1), at: at(next)).0.isPassed)
                }
                due.removeAll { $0.time <= next }
                next += 600
            }
            _ = greylist.judge(attempt(attack.client(number), number), at: at(time))
        }
        #expect(passed.count > 130 && passed.allSatisfy(\.self))
        for number in 0..<50 {
            let standing = greylist.judge(attempt(honest(number), 7), at: at(Self.day)).0
            #expect(standing.isPassed)
        }
        #expect((50..<60).allSatisfy { greylist.isAllowListed(honest($0).network, at: at(Self.day)) })
        #expect(greylist.count <= 2 * configuration.capacity)
    }
}
