import SMTP
import Testing

/// What macros say, and the numbers made of hashes.
struct SmallValueTests {
    @Test(
        arguments: [
            ("Postfix 3.7.11", .postfix), ("Postfix", .postfix), ("8.17.1.9", .sendmail), ("8.18.1/8.18.1", .sendmail),
            ("Sendmail 8.17", .sendmail), ("", .unknown), ("postfix 3.7", .unknown), ("OpenSMTPD 7.3", .unknown),
            (nil, .unknown),
        ] as [(String?, MTA)])
    func serverByMacroV(macro: String?, mta: MTA) {
        #expect(MTA(versionMacro: macro) == mta)
    }

    @Test(
        arguments: [
            ("OK", .ok), ("ok", .ok), ("FORGED", .forged), ("FAIL", .fail), ("TEMP", .temporary), ("", .unknown),
            ("NO", .unknown), (nil, .unknown),
        ] as [(String?, HostResolution)])
    func resolutionByMacro(macro: String?, resolution: HostResolution) {
        #expect(HostResolution(macro: macro) == resolution)
    }

    @Test func vantageShowsWhatItsServerShows() {
        #expect(Vantage(milterUnder: .postfix) == .milterPostfix)
        #expect(Vantage(milterUnder: .sendmail) == .milterSendmail)
        #expect(Vantage(milterUnder: .unknown) == .milterPostfix)
        #expect(
            Vantage.allCases.filter(\.tellsHELOFromEHLO) == [
                .milterPostfixPolicy, .milterPostfixWire, .milterPostfixTap, .milterSendmail, .milterSendmailTap, .wire,
            ])
        let lines: [Vantage] = [.milterPostfixWire, .milterPostfixTap, .milterSendmailTap]
        #expect(Vantage.allCases.filter(\.seesCommandLines) == lines + [.wire])
        #expect(Vantage.allCases.filter(\.pairsCommandLines) == lines)
        #expect(Vantage.allCases.filter(\.seesLineMarks) == [.milterPostfixTap, .milterSendmailTap])
        #expect(Vantage.tapped(milterUnder: .unknown) == .milterPostfixTap)
        #expect(Vantage.tapped(milterUnder: .sendmail).withoutCommandLines() == .milterSendmail)
        #expect(Vantage.milterPostfixWire.withoutCommandLines() == .milterPostfix)
        #expect(Vantage.milterPostfixWire.withoutCommandLines(hasPolicyService: true) == .milterPostfixPolicy)
        #expect(Vantage.wire.withoutCommandLines() == .wire)
        #expect(Vantage.allCases.filter(\.seesConnection) == [.wire])
        #expect(Vantage.allCases.filter { $0.filteredServer == nil } == [.wire])
        #expect(Vantage.milters() == [.milterPostfix, .milterSendmail])
        #expect(Vantage.milters(hasPolicyService: true) == [.milterPostfixPolicy, .milterSendmail])
        #expect(
            Vantage.milters(hasPolicyService: true, hasCommandLines: true) == [
                .milterPostfixWire, .milterPostfixPolicy, .milterSendmail,
            ])
        #expect(
            Vantage.milters(hasTap: true) == [.milterPostfixTap, .milterSendmailTap, .milterPostfix, .milterSendmail])
        #expect(Set(Vantage.milters().map(\.sight)).count == 2)
        #expect(Vantage.milterSendmailTap.sight == Vantage.milterPostfixWire.sight)
        #expect(Vantage.milterPostfixWire.sight != Vantage.wire.sight)
        #expect(Set(Vantage.milters(hasPolicyService: true).map(\.sight)).count == 1)
    }

    @Test func vantagesGoByTheirWords() {
        for vantage in Vantage.allCases { #expect(Vantage(rawValue: vantage.rawValue) == vantage) }
        #expect(Set(Vantage.allCases.map(\.rawValue)).count == Vantage.allCases.count)
        #expect(Vantage(rawValue: "balcony") == nil)
    }

    @Test func hashPrintsAllItsDigits() {
        #expect(KeyedHash(bits: 0).description == String(repeating: "0", count: 32))
        #expect(KeyedHash(bits: .max).description == String(repeating: "f", count: 32))
        #expect(KeyedHash(bits: 0xabc).description == String(repeating: "0", count: 29) + "abc")
    }

    @Test func hashAsANumberStaysBelowOne() {
        #expect(KeyedHash(bits: 0).unitInterval == 0)
        #expect(KeyedHash(bits: .max).unitInterval < 1)
        #expect(KeyedHash(bits: 1 << 127).unitInterval == 0.5)
    }

    @Test func hostileClassesAreBotsAndAttackers() {
        #expect(DialectClass.allCases.filter(\.isHostile) == [.bot, .attack])
    }

    @Test func timesAddAndCompare() {
        let time = UnixTime(seconds: 100)
        #expect(time + 20 == UnixTime(seconds: 120))
        #expect(time + 20 - time == 20)
        #expect(time < time + 1)
    }

    @Test(
        arguments: [
            (1970, 1, 1, 0), (1970, 3, 1, 5_097_600), (2000, 2, 29, 951_782_400), (2000, 3, 1, 951_868_800),
            (2026, 11, 28, 1_795_824_000), (1969, 12, 31, -86_400), (1900, 3, 1, -2_203_891_200),
        ] as [(Int64, Int64, Int64, Int64)])
    func daysOfTheCalendar(year: Int64, month: Int64, day: Int64, seconds: Int64) {
        #expect(UnixTime(year: year, month: month, day: day) == UnixTime(seconds: seconds))
    }
}
