import Configuration
import Testing

/// Each key is well described, and does what it says.
struct RegistryTests {
    @Test func namesAreUniqueAndPlain() {
        let names = ConfigurationKey.all.map(\.name)
        #expect(Set(names).count == names.count)
        for name in names {
            #expect(name.utf8.allSatisfy { 0x61...0x7a ~= $0 || 0x30...0x39 ~= $0 || $0 == UInt8(ascii: "_") })
            #expect(ConfigurationKey.named(name)?.name == name)
        }
    }

    @Test func summariesAreOneSentence() {
        for key in ConfigurationKey.all {
            #expect(key.summary.hasSuffix("."), "\(key.name)")
            #expect(!key.summary.contains(". "), "\(key.name)")
        }
    }

    @Test func synopsisNamesTypeLimitsAndDefault() throws {
        let synopses = Dictionary(uniqueKeysWithValues: ConfigurationKey.all.map { ($0.name, $0.synopsis) })
        #expect(synopses["greylist_delay"] == "duration, 1s to 1d, default 60s")
        #expect(synopses["mode"] == "word, observe | enforce, default observe")
        #expect(synopses["breaker"] == "yes or no, default yes")
        #expect(synopses["socket_group"] == "name, default empty, needs a restart")
        #expect(synopses["transcript_maximum_size"] == "size, 64k to 64g, default 64m")
    }

    @Test func everyKeyHasASample() {
        #expect(Set(samples.keys) == Set(ConfigurationKey.all.map(\.name)))
    }

    @Test(arguments: ConfigurationKey.all.map(\.name))
    func defaultTextIsTheDefault(name: String) throws {
        let key = try #require(ConfigurationKey.named(name))
        let loaded = load("\(name) = \(key.defaultText)")
        #expect(try loaded.get() == Configuration())
        #expect(loaded.setting(of: key).text == key.defaultText)
    }

    @Test(arguments: ConfigurationKey.all.map(\.name))
    func valueIsStoredAndRoundTrips(name: String) throws {
        let key = try #require(ConfigurationKey.named(name))
        let sample = try #require(samples[name])
        let loaded = load("\n\(name) = \(sample.written)")
        let configuration = try loaded.get()
        #expect(configuration != Configuration())
        let setting = loaded.setting(of: key)
        #expect(setting.text == sample.rendered)
        #expect(setting.source == .file("f", line: 2))
        let again = load("\(name)=\(setting.text)")
        #expect(try again.get() == configuration)
        #expect(again.setting(of: key).text == sample.rendered)
    }

    @Test(arguments: ConfigurationKey.all.map(\.name))
    func emptyValueIsTakenOnlyWhereItMeansSomething(name: String) throws {
        let key = try #require(ConfigurationKey.named(name))
        let expected =
            key.allowsEmpty
            ? []
            : ["f:1: \(name): there is no value: add one, or remove the line to use the default \(key.defaultText)"]
        #expect(errors("\(name) =") == expected)
    }

    @Test func allSamplesTogetherAreOneConfiguration() throws {
        let text = samples.map { "\($0.key) = \($0.value.written)" }.joined(separator: "\n")
        let loaded = load(text)
        #expect(loaded.errors.isEmpty)
        let rendered = loaded.settings.map { "\($0.key) = \($0.text)" }.joined(separator: "\n")
        #expect(try load(rendered).get() == loaded.get())
        #expect(loaded.settings.allSatisfy { $0.text == samples[$0.key]?.rendered })
    }
}
