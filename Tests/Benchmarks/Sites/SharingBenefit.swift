import FirstLevel
import SMTP
import SenderExchange
import SenderLab
import SpamTracker

/// What ten sites gain by counting together: the first message of each sender at each site in the last six hours of five days,
/// judged by what the site alone knows, by what the group knows, and by whichever has more to go by, as argotd does.
///
/// A hundred domains, ten a site. Bots live a day, and sit in the same networks as honest senders, so that only whom they
/// write to tells. Each site knows a third of the spammers that it has seen, and half of its honest senders.
enum SharingBenefit {
    private static let siteCount = 10
    private static let day: Int64 = 86_400

    private struct Judged {
        let isSpam: Bool
        let own: Double
        let group: Double
        let both: Double
        /// Whether argotd would count it against the sender, as shipped.
        let isFlagged: Bool
    }

    /// Sites that lie: each calls every honest sender a spammer, and invents as many senders as all sites together have.
    private struct Liars {
        var count = 0
        var areTrusted = true
    }

    static func run() throws {
        print(
            "| bots that write to several domains | first messages judged, spam | honest | who knows | AUC | spam above 1 % of honest |"
        )
        print("| --: | --: | --: | --- | --: | --: |")
        for share in [0.15, 0.5, 0.9] {
            let judged = try judge(multiDomainShare: share)
            let (spam, honest) = (judged.filter(\.isSpam), judged.filter { !$0.isSpam })
            for (name, score) in [
                ("the site alone", \Judged.own), ("the group", \.group), ("both, as argotd", \.both),
            ] as [(String, KeyPath<Judged, Double>)] {
                let (s, h) = (spam.map { $0[keyPath: score] }, honest.map { $0[keyPath: score] })
                print(
                    "| \(Int(share * 100)) % | \(s.count) | \(h.count) | \(name) | \(figure(area(s, h))) | "
                        + "\(figure(recall(s, h) * 100, 1)) % |")
            }
        }
        print("")
        print(
            "| sites that lie | AUC of the group | AUC of both | spam flagged | honest flagged | mean probability of honest, group |"
        )
        print("| --- | --: | --: | --: | --: | --: |")
        for (name, liars) in [
            ("none", Liars()), ("one, scored only", Liars(count: 1, areTrusted: false)), ("one", Liars(count: 1)),
            ("two", Liars(count: 2)), ("four", Liars(count: 4)),
        ] {
            let judged = try judge(multiDomainShare: 0.5, liars: liars)
            let (spam, honest) = (judged.filter(\.isSpam), judged.filter { !$0.isSpam })
            let mean = honest.reduce(0) { $0 + $1.group } / Double(max(1, honest.count))
            print(
                "| \(name) | \(figure(area(spam.map(\.group), honest.map(\.group)))) | "
                    + "\(figure(area(spam.map(\.both), honest.map(\.both)))) | "
                    + "\(figure(Double(spam.count(where: \.isFlagged) * 100) / Double(max(1, spam.count)), 1)) % | "
                    + "\(figure(Double(honest.count(where: \.isFlagged) * 100) / Double(max(1, honest.count)), 1)) % | "
                    + "\(figure(mean)) |")
        }
    }

    private static func judge(multiDomainShare: Double, liars: Liars = Liars()) throws -> [Judged] {
        var options = SimulationOptions()
        options.periods = 5
        options.periodSeconds = day
        options.domains = 10 * siteCount
        options.bots = 4_000
        options.multiDomainShare = multiDomainShare
        options.domainsPerBot = 6
        options.honestShare = 0.3
        options.sharedNetworks = 1
        var simulator = TrafficSimulator(options: options)
        let mails = simulator.mails()
        // Periods begin at midnight.
        let shift = mails[0].time.seconds - mails[0].time.seconds % day
        let end = UnixTime(seconds: shift + 5 * day)
        let known = end + -21_600
        func site(_ mail: SimulatedMail) -> Int { mail.domain % siteCount }
        func label(_ mail: SimulatedMail) -> SenderLabel? {
            let hash = (SenderKey(mail.sender).bits &* 0x9e37_79b9_7f4a_7c15 &+ UInt64(site(mail))) >> 32
            return mail.isSpam ? hash % 3 == 0 ? .spam : nil : hash % 2 == 0 ? .honest : nil
        }
        let before = mails.filter { $0.time < known }
        let own = try (0..<siteCount).map { number -> ScoreSnapshot in
            var tracker = SenderTracker()
            for mail in before where site(mail) == number {
                tracker.record(
                    SenderEvent(
                        sender: SenderKey(mail.sender), domain: mail.domainName, time: mail.time, label: label(mail)))
            }
            return try tracker.workload(at: known, window: day).run().snapshot
        }
        let snapshot = try group(before, until: known, site, label, liars)
        let scores = ScoreSnapshot(snapshot.model, created: snapshot.until)
        var seen: Set<String> = []
        return mails.filter { $0.time >= known && $0.time < end }.compactMap { mail -> Judged? in
            guard seen.insert("\(mail.sender) \(site(mail))").inserted else { return nil }
            let sender = SenderKey(mail.sender)
            let alone = own[site(mail)].score(of: sender, recipients: [mail.domainName])
            let column = SenderSnapshot.columnName(site: UInt64(site(mail)), column: UInt64(mail.domain))
            let model = scores.score(of: sender, recipients: [column])
            let listed = snapshot.listed[sender].flatMap {
                Double($0.confidence) / 100 >= model.confidence ? $0 : nil
            }
            let probability = listed.map { Double($0.probability) / 1_000 } ?? model.probability
            let confidence = listed.map { Double($0.confidence) / 100 } ?? model.confidence
            // Only honest sites are asked: they are the first.
            guard site(mail) < siteCount - 4 else { return nil }
            let holds = confidence > alone.confidence
            return Judged(
                isSpam: mail.isSpam, own: alone.probability, group: probability,
                both: holds ? probability : alone.probability,
                isFlagged: (holds ? probability : alone.probability) >= 0.95
                    && max(confidence, alone.confidence) >= 0.45)
        }
    }

    private static func group(
        _ mails: [SimulatedMail], until end: UnixTime, _ site: (SimulatedMail) -> Int,
        _ label: (SimulatedMail) -> SenderLabel?, _ liars: Liars
    ) throws -> SenderSnapshot {
        let sites = (0..<siteCount).map { number -> GroupSite in
            let mine = mails.filter { site($0) == number }
            let columns = Set(mine.map { UInt64($0.domain) }).sorted()
            let places = Dictionary(uniqueKeysWithValues: columns.enumerated().map { ($1, UInt32($0)) })
            var cells: [String: SenderSubmission.Cell] = [:]
            var labels: [UInt64: Bool] = [:]
            for mail in mine {
                let slot = mail.time.seconds - mail.time.seconds % 900
                let sender = SenderKey(mail.sender).bits
                cells[
                    "\(slot) \(sender) \(mail.domain)",
                    default: .init(
                        slot: slot, sender: sender, column: places[UInt64(mail.domain)] ?? 0, mails: 0)
                ].mails += 1
                if let label = label(mail) { labels[sender] = label == .spam }
            }
            let isLiar = number >= siteCount - liars.count
            let first = (mine.first?.time ?? end) + -900
            if isLiar {
                for mail in mails where !mail.isSpam { labels[SenderKey(mail.sender).bits] = true }
                for invented in 0..<20_000 {
                    let sender = 1 << 32 | 0x0ac8_0000 + UInt64(invented) * 180
                    let slot = end.seconds - 86_400 - Int64(invented % 90) * 900
                    cells["invented \(invented)"] = .init(
                        slot: slot - slot % 900, sender: sender, column: UInt32(invented % columns.count), mails: 1)
                    labels[sender] = true
                }
            }
            return GroupSite(
                id: UInt64(number), isTrusted: !isLiar || liars.areTrusted,
                submissions: [
                    SenderSubmission(
                        group: 1, from: first, until: end, labelsFrom: first + -day, columns: columns,
                        cells: Array(cells.values), labels: labels.map { .init(sender: $0.key, isSpam: $0.value) })
                ])
        }
        var options = GroupOptions()
        options.listedFrom = 0
        guard let outcome = try GroupComputation(sites, group: 1, options: options).run() else {
            preconditionFailure("sites have submitted")
        }
        return outcome.snapshot
    }

    /// The probability that a spam sender scores above an honest one; ties count half.
    private static func area(_ spam: [Double], _ honest: [Double]) -> Double {
        let sorted = honest.sorted()
        func below(_ value: Double, orEqual: Bool) -> Int {
            var (low, high) = (0, sorted.count)
            while low < high {
                let middle = (low + high) / 2
                if sorted[middle] < value || (orEqual && sorted[middle] == value) {
                    low = middle + 1
                } else {
                    high = middle
                }
            }
            return low
        }
        let wins = spam.reduce(0.0) { $0 + Double(below($1, orEqual: false) + below($1, orEqual: true)) / 2 }
        return wins / Double(max(1, spam.count * honest.count))
    }

    /// The share of spam above the threshold that 1 % of honest senders exceed.
    private static func recall(_ spam: [Double], _ honest: [Double]) -> Double {
        let sorted = honest.sorted(by: >)
        let threshold = sorted[min(sorted.count / 100, sorted.count - 1)]
        return Double(spam.count { $0 > threshold }) / Double(max(1, spam.count))
    }

    private static func figure(_ value: Double, _ digits: Int = 3) -> String {
        var scale = 1.0
        for _ in 0..<digits { scale *= 10 }
        return "\((value * scale).rounded() / scale)"
    }
}
