import Foundation
import SMTP
import ScratchFiles
import Testing

@testable import Signing

@Suite("Signing keys")
struct SigningKeyTests {
    /// RFC 8032, section 7.1, test 2.
    @Test("signatures are those of RFC 8032")
    func knownAnswer() throws {
        let seed = try #require(
            Hexadecimal.bytes("4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb".utf8, count: 32))
        let key = try #require(SigningKey(seed: seed))
        #expect("\(key.publicKey)" == "ed25519:3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c")
        let signature = key.signature(of: [0x72])
        #expect(
            Hexadecimal.text(signature)
                == "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da"
                + "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00")
        #expect(key.publicKey.isSignature(signature, of: [0x72]))
        #expect(!key.publicKey.isSignature(signature, of: [0x73]))
        #expect(!key.publicKey.isSignature(Array(signature.dropLast()), of: [0x72]))
    }

    @Test("public keys are read as they are written, and nothing else is")
    func texts() {
        let key = SigningKey.random().publicKey
        #expect(PublicKey("\(key)") == key)
        #expect(PublicKey("\(key)".uppercased()) == key)
        #expect(SignerID("\(key.id)") == key.id)
        for text in ["", "ed25519:", "\(key)0", String("\(key)".dropLast()), "rsa:\(key)", "ed25519:é"] {
            #expect(PublicKey(text) == nil)
        }
        #expect("\(SigningKey.random())".hasPrefix("SigningKey("))
    }

    @Test("a key file is made once, with mode 600, and read back")
    func files() throws {
        let scratch = try Scratch()
        let path = scratch.path + "/signing.key"
        let key = SigningKey.random()
        try key.create(file: path)
        #expect(try SigningKey.load(file: path).publicKey == key.publicKey)
        let mode = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
        #expect(mode == 0o600)
        #expect(throws: SigningKeyError.exists(file: path)) { try SigningKey.random().create(file: path) }
        #expect(try SigningKey.load(file: path).publicKey == key.publicKey)
    }

    @Test("what is no key, or is open to others, is refused with what to do")
    func refusals() throws {
        let scratch = try Scratch()
        let path = scratch.path + "/signing.key"
        #expect(throws: SigningKeyError.system(file: path, operation: "open", errno: ENOENT)) {
            try SigningKey.load(file: path)
        }
        try SigningKey.random().create(file: path)
        for mode in [0o604, 0o620, 0o644] {
            try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: path)
            #expect(throws: SigningKeyError.exposed(file: path, mode: UInt32(mode))) {
                try SigningKey.load(file: path)
            }
        }
        let link = scratch.path + "/link"
        try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: path)
        #expect(throws: SigningKeyError.notRegularFile(file: link)) { try SigningKey.load(file: link) }
        #expect(throws: SigningKeyError.notRegularFile(file: scratch.path)) {
            try SigningKey.load(file: scratch.path)
        }
        let whole = try String(contentsOfFile: path, encoding: .utf8)
        for text in ["", "x", whole + "x", whole + "\n", String(whole.dropLast()), String(whole.dropLast(2)) + "\n"] {
            let file = try scratch.write("other.key", text)
            try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: file)
            #expect(throws: SigningKeyError.notAKey(file: file)) { try SigningKey.load(file: file) }
        }
        #expect("\(SigningKeyError.exposed(file: path, mode: 0o644))".contains("chmod 600"))
    }
}
