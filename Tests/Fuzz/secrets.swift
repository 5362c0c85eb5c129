import SMTP
import Wire

/// Conversations with a planted secret, cut and with losses as the input says: the secret never comes through. And any bytes
/// at all: as long as nothing is masked, what goes in comes out.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzSecrets(_ start: UnsafePointer<UInt8>, _ count: Int) -> CInt {
    var input = FuzzInput(start, count)
    if input.byte() & 1 == 0 { anything(&input) } else { planted(&input) }
    return 0
}

private let secret = "Zm9yYmlkZGVu"

/// Turns to choose from: what a client says with the secret in it, without it, and what a server says.
private let client = [
    "EHLO a\r\n", "MAIL FROM:<a@b>\r\n", "RCPT TO:<c@d>\r\n", "DATA\r\n", "text\r\n", ".\r\n", "\r\n.\r\n", "\n.\n",
    "RSET\r\n", "NOOP\r\n", "QUIT\r\n", "STARTTLS\r\n", "*\r\n", "frob\r\n", "\r\n",
]
private let logins = [
    "AUTH PLAIN \(secret)\r\n", "auth\tplain\t\(secret)\n", " AUTH=NTLM \(secret)\r\n",
    "AUTH LOGIN\r\n\(secret)\r\n\(secret)\r\n",
    "USER a\r\nPASS \(secret)\r\n", "AUTH FROB\(secret)\r\n", "AUTH \(secret)\r\n", "\0AUTH PLAIN \(secret)\r\n",
]
private let server = [
    "220 mx\r\n", "250 ok\r\n", "250-mx\r\n250 AUTH LOGIN\r\n", "250-open\r\n", "354 go\r\n", "334 VXNlcm5hbWU6\r\n",
    "235 ok\r\n",
    "535 5.7.8 no\r\n", "500 5.5.1 Command unrecognized\r\n", "550 no\r\n", "421 bye\r\n", "501 no\r\n", "220 go\r\n",
]

private func planted(_ input: inout FuzzInput) {
    // The beginning is in the record, or it is known that it is not.
    let isMidway = input.byte() & 1 == 1
    var redactor = SecretRedactor(beginsMidway: isMidway)
    var written: [UInt8] = []
    // After a line that asks for it the secret may come alone, and only then: nobody can know it without.
    var isAsked = isMidway
    written += redactor.server(Array((isMidway ? "250 ok\r\n" : "220 mx\r\n").utf8)[...])
    while !input.isEmpty {
        let choice = input.byte()
        let (isClient, text): (Bool, String) =
            switch choice >> 6 {
            case 0: (true, client[Int(choice & 63) % client.count])
            case 1: (true, logins[Int(choice & 63) % logins.count])
            case 2: (true, isAsked ? secret + "\r\n" : "AUTH LOGIN\r\n")
            default: (false, server[Int(choice & 63) % server.count])
            }
        // A client has said by then that a login may follow.
        if choice >> 6 == 1 || choice >> 6 == 2 { isAsked = true }
        var bytes = Array(text.utf8)[...]
        while !bytes.isEmpty {
            let control = input.byte()
            let part = bytes.prefix(control & 3 == 0 ? max(1, Int(control >> 3)) : bytes.count)
            bytes = bytes.dropFirst(part.count)
            if control & 7 == 5 {
                if isClient { redactor.clientGap(part.count) } else { redactor.serverGap() }
            } else {
                written += isClient ? redactor.client(part).bytes : redactor.server(part)
            }
        }
    }
    // Certain content is nobody's login: a secret that was said there stays, so only conversations without a 354 count.
    guard !String(decoding: written, as: UTF8.self).contains("354") else { return }
    let letters = Array(secret.utf8)
    for start in 0...(letters.count - 6) {
        let part = letters[start..<start + 6]
        let isThere = written.indices.contains { written[$0...].starts(with: part) }
        require(!isThere, "a secret came through")
    }
}

private func anything(_ input: inout FuzzInput) {
    var redactor = SecretRedactor(beginsMidway: input.byte() & 1 == 1, showsContent: input.byte() & 1 == 0)
    while !input.isEmpty {
        let control = input.byte()
        let part = input.bytes(Int(input.byte()))
        switch control & 7 {
        case 0: redactor.clientGap(Int(control))
        case 1: redactor.serverGap()
        case 2...4: _ = redactor.server(part[...])
        default:
            let text = redactor.client(part[...])
            var end = 0
            for content in text.contents {
                require(
                    content.range.lowerBound >= end && content.range.upperBound <= text.bytes.count,
                    "content is not in the text")
                end = content.range.upperBound
            }
            require(text.bytes.count { $0 == 0x0a } == part.count { $0 == 0x0a }, "a line end was lost")
        }
    }
}
