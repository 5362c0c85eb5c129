import LogLines
import SMTP
import Seeded
import Testing

@testable import MailLogs

/// Most lines are told at a glance. Whatever they are mixed with, the outcome is that of reading each with care.
@Suite("Lines told at a glance")
struct QuickLineTests {
    private static let clocks: [@Sendable (Int, inout SeededGenerator) -> String] = [
        { second, _ in "Nov  2 03:\(two(second / 60)):\(two(second % 60))" },
        { second, generator in
            "2026-11-02T03:\(two(second / 60)):\(two(second % 60)).\(Int.random(in: 100_000...999_999, using: &generator))+01:00"
        },
        { second, _ in "2026-11-02 03:\(two(second / 60)):\(two(second % 60)).123 UTC" },
        { second, _ in "\(1_793_585_045 + second)" },
        { second, _ in "<22>Nov 12 03:\(two(second / 60)):\(two(second % 60))" },
        { second, _ in "2026-11-02T03:\(two(second / 60)):\(two(second % 60)).1Z stdout F" },
        { second, _ in "2026-11-02T03:\(two(second / 60)):\(two(second % 60)).x1Z" },
    ]
    private static let hosts = ["mx", "mx", "mx ", "other", "MX", "9mx", "[1]:", "", "mail.info", "mx2 auth"]
    private static let programs = [
        "postfix/smtpd[100]:", "postfix/smtpd[100]:", "postfix/qmgr[7]:", "postfix/lmtp[12345]:", "mx-in/smtpd[3]:",
        "postfix/smtpd[4294967296]:", "postfix/smtpd[]:", "postfix/smtpd[1x]:", "postfix/smtpd:", "postfix[1]:",
        "sm-mta[5]:", "sshd[9]:", "postfix/smtpd[100]: \t", "postfix/a b[1]:", "postfix/pickup[8]:", "syslogd[1]:",
    ]
    private static let messages = [
        "connect from a[192.0.2.1]", "disconnect from a[192.0.2.1]", "ID: client=a.example[192.0.2.7]",
        "ID: client=b[198.51.100.9], sasl_username=max", "ID: client=c[2001:db8::1]", "ID: message-id=<1@x>",
        "ID: client=c[IPv6:2001:db8::2]", "ID: client=c[999.1.1.1]", "ID: client=c[01.2.3.4]", "ID: client=d",
        "ID: to=<u@Lab.example>, relay=none, dsn=2.0.0, status=sent (ok)",
        "ID: to=<v@lab.example>, relay=x[private/lmtp], dsn=2.0.0, status=sent (250 queued as mX2)", "ID: removed",
        "ID: to=<w@lab.example>, orig_to=<W@lab2.example>, relay=f[192.0.2.7]:10025, status=sent (queued as 4B3)",
        "ID: to=", "ID:", "ID: ", "ID: c", ": client=x[192.0.2.1]", "message repeated 2 times: [ ID: removed]",
        "last message repeated 3 times", "Last message 'x' repeated 2 times, suppressed",
        "--- last message repeated 1 time",
        "NOQUEUE: reject: RCPT from u[198.51.100.7]: 550 5.1.1 <n@lab.example>: x; from=<a@b> to=<n@lab.example> proto=SMTP helo=<y>",
        "NOQUEUE: reject: RCPT from u[198.51.100.7]: 550",
        "ID: milter-reject: END-OF-MESSAGE from u[198.51.100.8]: 5.7.1 x; "
            + "from=<a@b> to=<o@lab.example> proto=SMTP helo=<y>", "warning: x", "[ID 197 mail.info] ID: removed",
        "proxy-reject: END-OF-MESSAGE: 554 5.7.1 x; from=<a@b> to=<q@lab.example> proto=SMTP helo=<y>", "",
        "Nov  2 03:04:05 mx postfix/qmgr[7]: ID: removed", "statistics: max",
        "table hash:/x(0,lock|fold_fix) has changed",
    ]

    private static func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }

    private func line(at second: Int, _ clock: Int, _ generator: inout SeededGenerator) -> String {
        let isOdd = Int.random(in: 0..<12, using: &generator) == 0
        let time = Self.clocks[isOdd ? Int.random(in: 0..<Self.clocks.count, using: &generator) : clock](
            second, &generator)
        let host = isOdd ? Self.hosts.randomElement(using: &generator)! : "mx"
        let program = Self.programs[
            Int.random(in: 0..<(isOdd ? Self.programs.count : 4), using: &generator)]
        let id = ["4B3", "mX2", "laQ", "Lb", "z9"].randomElement(using: &generator)!
        let message = Self.messages.randomElement(using: &generator)!.replacing("ID", with: id)
        return "\(time) \(host) \(program) \(message)"
    }

    @Test("are read as with care", arguments: 1...24)
    func asWithCare(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        let years: YearRule =
            seed % 2 == 0 ? .startingIn(2_026) : .notAfter(UnixTime(seconds: 1_795_320_000))
        var quick = LogDecoder(years: years, capacity: 4)
        var careful = LogDecoder(years: years, capacity: 4)
        careful.readsQuickly = false
        for number in 0..<1_500 {
            let line = Array(line(at: number / 5, Int(seed) % 4, &generator).utf8)[...]
            func told(_ decoder: inout LogDecoder) -> String {
                do throws(LogFault) { return "\(try decoder.decode(line))" } catch { return "\(error)" }
            }
            #expect(told(&quick) == told(&careful), "\(String(decoding: line, as: UTF8.self))")
        }
        #expect(quick.counts == careful.counts && quick.otherPrograms == careful.otherPrograms)
        #expect(quick.linesToldQuickly > 300 && careful.linesToldQuickly == 0)
    }

    @Test("addresses in brackets are those that the text names")
    func brackets() {
        var generator = SeededGenerator(seed: 5)
        let pieces = ["1", "25", "255", "256", "0", "01", ".", ".", ".", ":", "a", "::", "IPv6:", " ", "x", "]", "99"]
        for _ in 0..<20_000 {
            let text = (0..<Int.random(in: 0...9, using: &generator)).map { _ in
                pieces.randomElement(using: &generator)!
            }.joined()
            var inside = text.prefix { $0 != "]" }
            if inside.hasPrefix("IPv6:") { inside = inside.dropFirst(5) }
            #expect(ClientAddress(bracketedIn: Array("a[\(text)]".utf8)[...]) == ClientAddress(inside), "\(text)")
        }
    }
}
