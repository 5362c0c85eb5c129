import Memory
import Policy
import SMTP
import Testing

@testable import Daemon

/// The file of what the administrator has said, and how words of several servers meet in it.
@Suite("What the administrator has said")
struct RuntimeSettingsTests {
    private let one = ServerID(1)
    private let two = ServerID(2)

    private func at(_ seconds: Int64) -> UnixTime { UnixTime(seconds: 1_700_000_000 + seconds) }

    private func entries(_ texts: String...) -> [ClientLists.Entry] { texts.compactMap { ClientLists.Entry($0) } }

    private func read(_ text: String) -> RuntimeSettings { RuntimeSettings.read(text, file: "runtime.conf").settings }

    @Test("is read as it was written, with when and where it was said")
    func roundTrip() {
        var settings = RuntimeSettings()
        settings.set(.enforce, at: at(0), by: one)
        settings.set(entries("192.0.2.0/24", ".maple.example"), .denied, at: at(1), by: one)
        settings.set(entries("198.51.100.1"), .allowed, at: at(2), by: two)
        settings.set(entries("203.0.113.1"), .denied, at: at(3), by: one)
        settings.set(entries("203.0.113.1"), .removed, at: at(4), by: one)
        let again = read(settings.text(at: at(5)))
        #expect(again.word == settings.word && again.lists == settings.lists && again.mode == .enforce)
        #expect(again.lists.denied.map(\.description) == ["192.0.2.0/24", ".maple.example"])
        // Releases before took what stands in plain lines.
        let plain = settings.text(at: at(5)).split(separator: "\n").filter { !$0.hasPrefix("#") }
        #expect(plain == ["mode enforce", "allow 198.51.100.1", "deny 192.0.2.0/24", "deny .maple.example"])
        // What was taken off long ago is forgotten.
        #expect(!settings.text(at: at(400 * 86_400)).contains("removed"))
    }

    @Test("of a release before is in force, and gives way to whatever is said later")
    func earlierRelease() {
        var settings = read("mode enforce\nallow 192.0.2.1\ndeny example.net\n")
        #expect(settings.mode == .enforce && settings.lists.allowed.count == 1 && settings.lists.denied.count == 1)
        var other = AdministratorWord()
        other.set(entries("192.0.2.1")[0], .removed, at: at(0), by: two)
        other.set(.observe, at: at(0), by: two)
        settings.merge(other)
        #expect(settings.mode == .observe && settings.lists.allowed.isEmpty && settings.lists.denied.count == 1)
    }

    @Test("written by hand holds, though a comment says otherwise; a line taken out is not in force")
    func editing() {
        let edited = read(
            """
            deny 192.0.2.1
            #: allow 192.0.2.1 1700000000 1
            #: deny 192.0.2.2 1700000000 1
            #: mode enforce 1700000000 1
            #: nonsense
            #: deny nonsense x y

            """)
        #expect(edited.lists.denied.map(\.description) == ["192.0.2.1"] && edited.lists.allowed.isEmpty)
        #expect(edited.mode == nil)
        let (settings, faults) = RuntimeSettings.read("mode maybe\ndeny 192.0.2.1\nallow\n", file: "f")
        #expect(faults.map(\.line) == [1, 3] && settings.lists.denied.count == 1)
    }

    @Test("is dated later than what it replaces, although the clock was set back")
    func clock() {
        var settings = RuntimeSettings()
        settings.set(entries("192.0.2.1"), .denied, at: at(100), by: one)
        let before = settings
        settings.set(entries("192.0.2.1"), .allowed, at: at(10), by: one)
        #expect(settings.lists.allowed.count == 1)
        guard case .standing(_, let word)? = settings.news(since: before).first else {
            Issue.record("nothing is told")
            return
        }
        #expect(word.time == at(101) && word.value == .allowed)
        #expect(settings.news(since: settings).isEmpty)
        var elsewhere = before
        var news = AdministratorWord()
        for case .standing(let entry, let word) in settings.news(since: before) { news.set(entry, word) }
        elsewhere.merge(news)
        #expect(elsewhere.lists == settings.lists)
    }
}
