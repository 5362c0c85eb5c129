import SMTP
import Seeded
import Testing

@testable import Signing

@Suite("Signed documents")
struct SignedDocumentTests {
    private static let now = UnixTime(seconds: 1_790_000_000)
    private let key = SigningKey.random()

    private func document(
        _ payload: [UInt8] = Array("payload\n".utf8), sequence: UInt64 = 7, time: UnixTime = now
    ) -> [UInt8] {
        SignedDocument.bytes(kind: "submission", sequence: sequence, time: time, payload: payload, key: key)
    }

    private func read(
        _ bytes: [UInt8], kind: String = "submission", keys: [PublicKey]? = nil, limit: Int = 1_000
    ) throws(SignedDocumentFault) -> SignedDocument {
        try SignedDocument(bytes, kind: kind, keys: keys ?? [key.publicKey], limit: limit, now: Self.now)
    }

    @Test("what was signed is read back, and equal parts give equal bytes")
    func roundTrip() throws {
        for payload in [[], Array("payload\n".utf8), [0, 0xff, 0x0a, 0x0a]] as [[UInt8]] {
            let bytes = document(payload)
            #expect(bytes == document(payload))
            let read = try read(bytes)
            #expect(read.payload == payload)
            #expect(read.header.signer == key.publicKey.id)
            #expect(read.header.sequence == 7 && read.header.time == Self.now && read.header.kind == "submission")
        }
        #expect(SignedDocument.claimedSigner(of: document()) == key.publicKey.id)
    }

    @Test("no changed byte goes unnoticed")
    func everyByteCounts() throws {
        let bytes = document()
        for place in bytes.indices {
            for change: UInt8 in [1, 0x20, 0x80] {
                var changed = bytes
                changed[place] ^= change
                #expect(throws: SignedDocumentFault.self, "byte \(place)") { try read(changed) }
            }
        }
    }

    @Test("no beginning of a document passes for one, and nothing may follow it")
    func truncation() throws {
        let bytes = document()
        for length in bytes.indices {
            #expect(throws: SignedDocumentFault.self) { try read(Array(bytes[..<length])) }
        }
        #expect(throws: SignedDocumentFault.truncated(7, of: 8)) { try read(Array(bytes.dropLast())) }
        #expect(throws: SignedDocumentFault.trailing(1)) { try read(bytes + [0x0a]) }
        #expect(throws: SignedDocumentFault.empty) { try read([]) }
        #expect(throws: SignedDocumentFault.truncatedHeader) { try read(Array(bytes.prefix(60))) }
    }

    @Test("another's signature under this name, another name, and a payload of other bytes are refused")
    func forgery() throws {
        let other = SigningKey.random()
        let theirs = SignedDocument.bytes(
            kind: "submission", sequence: 7, time: Self.now, payload: Array("payload\n".utf8), key: other)
        #expect(throws: SignedDocumentFault.unknownSigner(other.publicKey.id)) { try read(theirs) }
        // The other's document with this signer's name, signed by the other.
        let renamed = String(decoding: theirs, as: UTF8.self)
            .replacing(other.publicKey.id.description, with: key.publicKey.id.description)
        #expect(throws: SignedDocumentFault.forged(key.publicKey.id)) { try read(Array(renamed.utf8)) }
        // A payload of the same length under the header of another one.
        let swapped = Array(document().dropLast(8)) + Array("PAYLOAD\n".utf8)
        #expect(throws: SignedDocumentFault.damaged) { try read(swapped) }
        // The same digits in capitals: the bytes differ, so they were not signed.
        let capitals = String(decoding: document(), as: UTF8.self)
            .replacing(key.publicKey.id.description, with: key.publicKey.id.description.uppercased())
        if capitals != String(decoding: document(), as: UTF8.self) {
            #expect(throws: SignedDocumentFault.self) { try read(Array(capitals.utf8)) }
        }
    }

    @Test("kinds, versions, sizes and times that are not wanted are refused, each by its name")
    func refusals() throws {
        #expect(throws: SignedDocumentFault.wrongKind("submission", wanted: "snapshot")) {
            try read(document(), kind: "snapshot")
        }
        let newer = String(decoding: document(), as: UTF8.self).replacing("argot-signed 1", with: "argot-signed 2")
        #expect(throws: SignedDocumentFault.otherVersion(2)) { try read(Array(newer.utf8)) }
        #expect("\(SignedDocumentFault.otherVersion(2))".contains("update Argot"))
        #expect(throws: SignedDocumentFault.tooLarge(8, limit: 7)) { try read(document(), limit: 7) }
        let tolerated = Self.now + SignedDocument.tolerance
        #expect(try read(document(time: tolerated)).header.time == tolerated)
        #expect(throws: SignedDocumentFault.ahead(tolerated + 1)) { try read(document(time: tolerated + 1)) }
        let year9999 = UnixTime(seconds: 253_402_300_799)
        #expect(throws: SignedDocumentFault.ahead(year9999)) { try read(document(time: year9999)) }
        for text in ["hello\n", "\n\n\n", "argot-signed\n", "argot-senders 2\n", String(repeating: "x", count: 5_000)] {
            #expect(throws: SignedDocumentFault.notSigned) { try read(Array(text.utf8)) }
        }
    }

    @Test("no bytes make the reader trap")
    func randomBytes() {
        var generator = SeededGenerator(seed: 9)
        let bytes = document()
        for _ in 0..<2_000 {
            var changed = bytes
            for _ in 0..<Int.random(in: 1...6, using: &generator) {
                let place = Int.random(in: 0..<changed.count, using: &generator)
                switch Int.random(in: 0..<3, using: &generator) {
                case 0: changed[place] = .random(in: 0...255, using: &generator)
                case 1: changed.remove(at: place)
                default: changed.insert(.random(in: 0...255, using: &generator), at: place)
                }
            }
            guard changed != bytes else { continue }
            #expect(throws: SignedDocumentFault.self) { try read(changed) }
        }
        let huge = "argot-signed 1\nkind submission\nsigner \(key.publicKey.id)\nsequence 99999999999999999999\n"
        #expect(throws: SignedDocumentFault.self) { try read(Array(huge.utf8)) }
    }
}
