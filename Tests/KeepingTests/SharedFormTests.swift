import Campaigns
import Dialects
import Envelopes
import Judgements
import Keeping
import Memory
import Policy
import SMTP
import Seeded
import Testing

/// The form in which servers tell one another what they remember.
@Suite("Facts and notes as bytes")
struct SharedFormTests {
    private func time(_ random: inout SeededGenerator) -> UnixTime {
        UnixTime(seconds: .random(in: 0...253_402_300_799, using: &random))
    }

    private func key(_ random: inout SeededGenerator) -> KeyedHash {
        KeyedHash(bits: .random(in: .min ... .max, using: &random))
    }

    private func place(_ random: inout SeededGenerator) -> NetworkPlace? {
        switch Int.random(in: 0..<3, using: &random) {
        case 0: nil
        case 1: NetworkPlace(network: random.next(), block: random.next())
        default: NetworkPlace(network: random.next(), block: random.next(), allocation: random.next() | 1)
        }
    }

    private func record(_ random: inout SeededGenerator) -> ClientRecord {
        ClientRecord(
            firstSeen: time(&random), lastSeen: time(&random), count: .random(in: 0 ... .max >> 8, using: &random),
            revokedAt: .random(using: &random) ? time(&random) : nil, place: place(&random))
    }

    private func cause(_ random: inout SeededGenerator) -> BreakerCause {
        .random(using: &random) ? .dialect(random.word(8)) : .detector(.dialect)
    }

    private func fact(_ random: inout SeededGenerator) -> SharedFact {
        let server = ServerID(random.next())
        switch Int.random(in: 0..<10, using: &random) {
        case 0:
            return .greylist(
                key(&random),
                GreylistEntry(
                    firstSeen: time(&random), lastSeen: time(&random), hasPassed: .random(using: &random),
                    place: place(&random)))
        case 1: return .history(HistoryKind.allCases.randomElement(using: &random)!, key(&random), record(&random))
        case 2:
            var lie = LieRecord(
                time: time(&random), key: LieKey(recipient: key(&random), network: key(&random)),
                recipientShown: random.word(20), dialect: random.word(3),
                reasons: (0..<Int.random(in: 0..<5, using: &random)).map { _ in random.word(12) },
                session: random.word(9), arm: .random(using: &random) ? .told : .spared)
            lie.lastTold = time(&random)
            lie.timesTold = .random(in: 0...9_999, using: &random)
            lie.undoneAt = .random(using: &random) ? time(&random) : nil
            return .lie(lie)
        case 3: return .correspondent(key(&random), time(&random))
        case 4: return .mode(Latest(.random(using: &random) ? .observe : .enforce, at: time(&random), by: server))
        case 5:
            let entry = ClientLists.Entry("\(random.word(5)).example")!
            return .standing(entry, Latest(.removed, at: time(&random), by: server))
        case 6:
            return .vote(
                BreakerVote(
                    subject: key(&random),
                    causes: (0..<Int.random(in: 0..<3, using: &random)).map { _ in cause(&random) },
                    time: time(&random)))
        case 8:
            let client = ClientKeys(client: key(&random), network: key(&random), block: key(&random))
            let scopes: [PurgeScope] = [
                .olderThan(time(&random)), .client(client, network: key(&random), sender: random.next()),
                .sender(key(&random)), .recipient(key(&random)), .greylist, .everything(labels: false),
            ]
            return .purge(SitePurge(scopes.randomElement(using: &random)!, at: time(&random)))
        case 7: return .trip(.random(using: &random) ? .whole : .narrow(cause(&random)), until: time(&random))
        default:
            let reply = GenuineReply(enhancedCode: EnhancedStatusCode(5, 1, 1)!, text: random.word(30))
            return .reply(LearnedReply(domain: "\(random.word(6)).example", reply: reply, time: time(&random)))
        }
    }

    private func note(_ random: inout SeededGenerator) -> SharedNote {
        let judgement = MailJudgement(.spam, from: .person, at: time(&random))
        switch Int.random(in: 0..<5, using: &random) {
        case 0:
            return .cells(
                (0..<Int.random(in: 0..<20, using: &random)).map { _ in
                    SenderCell(
                        slot: .random(in: 0 ... .max, using: &random), sender: random.next(), domain: random.next(),
                        mails: .random(in: 0 ... .max, using: &random), trapped: .random(in: 0...9, using: &random))
                })
        case 1:
            let names: [MessageName] = [
                .queueID(key(&random)), .messageID(key(&random)), .session(of: key(&random), at: time(&random)),
            ]
            return .judged(names.randomElement(using: &random)!, judgement)
        case 2: return .campaignsJoined(CampaignID(random.next()), into: CampaignID(random.next()))
        case 3:
            return .campaignMail(
                CampaignMail(
                    time: time(&random), session: random.word(9), campaign: CampaignID(random.next()),
                    recipient: key(&random), network: key(&random), recipientDomain: "\(random.word(5)).example",
                    dialect: random.word(6), treatment: CampaignMail.Treatment.allCases.randomElement(using: &random)!))
        default:
            return .sighting(
                Sighting(
                    id: random.word(12), time: time(&random), client: key(&random), network: key(&random),
                    organisation: .random(using: &random) ? key(&random) : nil,
                    sender: .random(using: &random) ? random.next() : nil,
                    vantage: Vantage.allCases.randomElement(using: &random)!,
                    envelope: EnvelopeSummary(bytes: [1, 0])!,
                    queueID: .random(using: &random) ? key(&random) : nil,
                    messageID: .random(using: &random) ? key(&random) : nil, hasRecipient: .random(using: &random),
                    judgements: .random(using: &random) ? [judgement] : []))
        }
    }

    @Test("are read as they were written", arguments: 1...5 as ClosedRange<UInt64>)
    func roundTrip(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        for _ in 0..<1_000 {
            let fact = fact(&random)
            #expect(SharedFact(packed: fact.packed) == fact)
            #expect(fact.moved(by: 3_600).moved(by: -3_600) == fact)
        }
    }

    @Test("notes are read as they were written", arguments: 1...3 as ClosedRange<UInt64>)
    func notes(seed: UInt64) throws {
        try #require(EnvelopeSummary(bytes: [1, 0]) != nil)
        var random = SeededGenerator(seed: seed)
        for _ in 0..<500 {
            let note = note(&random)
            #expect(SharedNote(packed: note.packed) == note)
        }
    }

    @Test(
        "that were cut or changed are refused or are others, and stop nobody", arguments: 1...5 as ClosedRange<UInt64>)
    func damage(seed: UInt64) throws {
        try #require(EnvelopeSummary(bytes: [1, 0]) != nil)
        var random = SeededGenerator(seed: seed)
        for _ in 0..<2_000 {
            var bytes = Bool.random(using: &random) ? fact(&random).packed : note(&random).packed
            let cut = Array(bytes.prefix(.random(in: 0..<bytes.count, using: &random)))
            #expect(SharedFact(packed: cut) == nil)
            _ = SharedNote(packed: cut)
            for _ in 0..<Int.random(in: 1..<5, using: &random) {
                bytes[.random(in: bytes.indices, using: &random)] = UInt8.random(in: .min ... .max, using: &random)
            }
            _ = SharedFact(packed: bytes)
            _ = SharedNote(packed: bytes)
            bytes.append(0)
            _ = SharedFact(packed: bytes)
        }
        #expect(SharedFact(packed: []) == nil && SharedNote(packed: [1]) == nil)
        #expect(SharedFact(packed: [UInt8](repeating: 1, count: 9_000)) == nil)
    }

    @Test("long words are cut, so that no fact is larger than what is read")
    func longWords() throws {
        let long = String(repeating: "\u{e4}", count: 5_000)
        var lie = LieRecord(
            time: UnixTime(seconds: 1), key: LieKey(recipient: KeyedHash(bits: 1), network: KeyedHash(bits: 2)),
            recipientShown: long, dialect: long, reasons: Array(repeating: "x", count: 100), session: long)
        lie.undoneAt = UnixTime(seconds: 2)
        let packed = SharedFact.lie(lie).packed
        #expect(packed.count <= SharedFact.maximumLength)
        let read = try #require(SharedFact(packed: packed))
        guard case .lie(let record) = read else { return #expect(Bool(false)) }
        #expect(record.reasons.count == 32 && record.undoneAt == lie.undoneAt && long.hasPrefix(record.dialect))
    }
}
