import SMTP
import Seeded
import Testing
import Wire

/// Random conversations with planted secrets, cut into random segments, with random losses: no secret comes through.
@Suite("Secrets in random conversations")
struct SecretRedactorPropertyTests {
    private struct Turn {
        var isClient: Bool
        var text: String
    }

    private var generator = SeededGenerator(seed: 0)
    private var secrets: [String] = []

    private mutating func pick<T>(_ values: [T]) -> T { values[Int.random(in: 0..<values.count, using: &generator)] }

    private mutating func chance(_ one: Int) -> Bool { Int.random(in: 0..<one, using: &generator) == 0 }

    /// Base64 of 9 to 30 random bytes.
    private mutating func secret() -> String {
        let letters = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/")
        let count = Int.random(in: 3...10, using: &generator) * 4
        let text =
            String((0..<count).map { _ in letters[Int.random(in: 0..<64, using: &generator)] }) + pick(["", "=", "=="])
        secrets.append(text)
        return text
    }

    private mutating func login() -> [Turn] {
        let end = pick(["\r\n", "\r\n", "\n"])
        let verb = pick(["AUTH ", "auth ", "Auth\t", " AUTH ", "AUTH=", "AUTH  "])
        let final = pick(["235 2.7.0 ok", "535 5.7.8 no", "454 4.7.0 later", "501 5.5.2 bad"]) + "\r\n"
        func echo(_ line: String) -> String { "500 5.5.1 Command unrecognized: \"\(line)\"\r\n" }
        switch Int.random(in: 0..<8, using: &generator) {
        case 0:
            let line = verb + pick(["PLAIN", "XOAUTH2", "NTLM", "FROB"]) + " " + secret()
            return [Turn(isClient: true, text: line + end), Turn(isClient: false, text: pick([final, echo(line)]))]
        case 1:
            return [Turn(isClient: true, text: verb + "LOGIN\(end)\(secret())\(end)\(secret())\(end)")]
                + [Turn(isClient: false, text: "334 x\r\n334 y\r\n" + final)]
        case 2:
            // Refused, and the client goes on without listening.
            let user = secret()
            let password = secret()
            return [
                Turn(isClient: true, text: verb + "LOGIN" + end), Turn(isClient: false, text: "502 5.5.1 no\r\n"),
                Turn(isClient: true, text: user + end), Turn(isClient: false, text: echo(user)),
                Turn(isClient: true, text: password + end), Turn(isClient: false, text: echo(password)),
            ]
        case 3:
            return [
                Turn(isClient: true, text: "USER \(secret())" + end), Turn(isClient: false, text: "500 no\r\n"),
                Turn(isClient: true, text: "PASS \(secret())" + end), Turn(isClient: false, text: "500 no\r\n"),
            ]
        default:
            var turns = [Turn(isClient: true, text: verb + "LOGIN" + end)]
            for _ in 0..<Int.random(in: 1...3, using: &generator) {
                turns.append(Turn(isClient: false, text: "334 VXNlcm5hbWU6\r\n"))
                turns.append(Turn(isClient: true, text: secret() + end))
            }
            return turns + [Turn(isClient: false, text: final)]
        }
    }

    private mutating func message() -> [Turn] {
        let body = "Subject: x\r\n\r\n" + pick(["text\r\n", "..dot\r\n", "", "long line\r\nmore\r\n"])
        var turns = [
            Turn(isClient: true, text: "MAIL FROM:<a@x>\r\n"), Turn(isClient: false, text: "250 ok\r\n"),
            Turn(isClient: true, text: "RCPT TO:<b@x>\r\n"),
            Turn(isClient: false, text: pick(["250 ok\r\n", "550 no\r\n"])),
        ]
        switch Int.random(in: 0..<4, using: &generator) {
        case 0:
            turns.append(Turn(isClient: true, text: "BDAT \(body.utf8.count) LAST\r\n" + body))
            turns.append(Turn(isClient: false, text: "250 ok\r\n"))
        case 1:
            turns.append(Turn(isClient: true, text: "BDAT 20000 LAST\r\n"))
            turns.append(Turn(isClient: false, text: "552 no\r\n"))
        case 2:
            turns.append(Turn(isClient: true, text: "DATA\r\n"))
            turns.append(Turn(isClient: false, text: "554 no\r\n"))
        default:
            turns.append(Turn(isClient: true, text: "DATA\r\n"))
            turns.append(Turn(isClient: false, text: "354 go\r\n"))
            turns.append(Turn(isClient: true, text: body + pick(["\r\n.\r\n", "\n.\n", ".\r\n"])))
            turns.append(Turn(isClient: false, text: "250 ok\r\n"))
        }
        return turns
    }

    private mutating func conversation(withLogin: Bool) -> [Turn] {
        var turns = [
            Turn(isClient: false, text: "220 mx\r\n"), Turn(isClient: true, text: "EHLO pc\r\n"),
            Turn(isClient: false, text: "250-mx\r\n250 AUTH LOGIN\r\n"),
        ]
        for _ in 0..<Int.random(in: 1...4, using: &generator) {
            switch Int.random(in: 0..<4, using: &generator) {
            case 0: turns += message()
            case 1:
                turns.append(
                    Turn(
                        isClient: true, text: pick(["NOOP\r\n", "RSET\r\n", "frob\r\n", "Subject: x\r\n", "\u{1}x\n"])))
                turns.append(Turn(isClient: false, text: "250 ok\r\n"))
            default: if withLogin { turns += login() } else { turns += message() }
            }
        }
        return turns
    }

    /// Everything that is written, and everything that was said and not lost.
    private mutating func run(_ turns: [Turn], loses: Bool) -> (written: [UInt8], said: [UInt8]) {
        let silent = loses && chance(6) ? pick([true, false]) : nil
        let isMidway = loses && chance(4)
        let rest = isMidway ? turns.dropFirst(Int.random(in: 0..<turns.count, using: &generator)) : turns[...]
        let losses = loses ? pick([3, 6, 20, 1_000]) : 0
        var redactor = SecretRedactor(beginsMidway: isMidway)
        var written: [UInt8] = []
        var said: [UInt8] = []
        for turn in rest where silent != turn.isClient {
            var bytes = Array(turn.text.utf8)[...]
            while !bytes.isEmpty {
                let part = bytes.prefix(chance(3) ? Int.random(in: 1...bytes.count, using: &generator) : bytes.count)
                bytes = bytes.dropFirst(part.count)
                if losses > 0, chance(losses) {
                    if turn.isClient { redactor.clientGap(part.count) } else { redactor.serverGap() }
                    continue
                }
                said += part
                written += turn.isClient ? redactor.client(part).bytes : redactor.server(part)
            }
        }
        return (written, said)
    }

    @Test("Whatever is missing, however it is cut", arguments: 0..<40)
    func secretsStayOut(seed: UInt64) {
        var random = SecretRedactorPropertyTests()
        random.generator = SeededGenerator(seed: seed)
        for _ in 0..<60 {
            random.secrets = []
            let turns = random.conversation(withLogin: true)
            let written = String(decoding: random.run(turns, loses: true).written, as: UTF8.self)
            for secret in random.secrets {
                // Not even six letters of it in a row.
                let letters = Array(secret)
                for start in 0...(letters.count - 6) {
                    let part = String(letters[start..<start + 6])
                    #expect(!written.contains(part), "\(part) of \(secret) in \(written) of \(turns.map(\.text))")
                }
            }
        }
    }

    @Test("Without a login and losses everything comes out as it went in", arguments: 0..<20)
    func nothingElseChanges(seed: UInt64) {
        var random = SecretRedactorPropertyTests()
        random.generator = SeededGenerator(seed: seed)
        for _ in 0..<60 {
            let (written, said) = random.run(random.conversation(withLogin: false), loses: false)
            #expect(written == said)
        }
    }
}
