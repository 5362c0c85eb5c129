import Configuration
import Seeded
import Testing

/// Whatever bytes come: no crash, and every message says where.
struct RandomInputTests {
    private func check(_ bytes: [UInt8]) {
        let loaded = Configuration.load(files: [ConfigurationFile(name: "f", bytes: bytes)])
        for message in loaded.errors.map(\.description) + loaded.warnings.map(\.description) {
            let parts = message.split(separator: ":", maxSplits: 2, omittingEmptySubsequences: false)
            #expect(parts.count == 3 && parts[0] == "f" && (Int(parts[1]) ?? 0) > 0, "\(message)")
            #expect(message.utf8.allSatisfy { $0 >= 0x20 }, "\(message)")
            #expect(message.utf8.count < 2_000, "\(message)")
        }
        if case .success = loaded.result {
            let rendered = loaded.settings.map { "\($0.key) = \($0.text)" }.joined(separator: "\n")
            #expect(try! load(rendered).get() == loaded.get())
        }
    }

    @Test(arguments: [1, 2, 3] as [UInt64])
    func randomBytes(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        for _ in 0..<300 {
            check((0..<Int.random(in: 0...300, using: &generator)).map { _ in .random(in: 0...255, using: &generator) })
        }
    }

    @Test(arguments: [4, 5, 6] as [UInt64])
    func randomPiecesOfConfigurations(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        let names = ConfigurationKey.all.map(\.name)
        let pieces =
            names + names.map { "\($0) = " } + samples.values.map(\.written) + [
                "\n", "\n", "\n", "\n ", "=", " ", "\t", ",", "#", "\r", ":", "/", "@", ".", "[", "]", "%", "\u{301}",
                "\u{2028}", "é", "::", "inet:", "fd:", "unix:", "0", "9999999999999999999", "-", "+1", "0x1", "1e9",
            ]
        for _ in 0..<400 {
            var text: [UInt8] = []
            for _ in 0..<Int.random(in: 0...40, using: &generator) {
                text += Array(pieces.randomElement(using: &generator)!.utf8)
                if Int.random(in: 0..<50, using: &generator) == 0 {
                    text.append(.random(in: 0...255, using: &generator))
                }
            }
            check(text)
        }
    }

    @Test func validSettingsWithOneByteChanged() {
        var generator = SeededGenerator(seed: 7)
        for (name, sample) in samples.sorted(by: { $0.key < $1.key }) {
            for _ in 0..<20 {
                var text = Array("\(name) = \(sample.written)\n".utf8)
                text[Int.random(in: 0..<text.count, using: &generator)] = .random(in: 0...255, using: &generator)
                check(text)
            }
        }
    }
}
