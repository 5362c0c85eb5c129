import Configuration
import Foundation
import Policy
import Testing

/// Files, drop-in files and the command line.
final class SourceTests {
    private let directory = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString).path

    init() throws {
        try FileManager.default.createDirectory(atPath: directory + "/a.conf.d", withIntermediateDirectories: true)
    }

    deinit {
        try? FileManager.default.removeItem(atPath: directory)
    }

    private func write(_ text: String, to name: String) throws {
        try Data(text.utf8).write(to: URL(filePath: "\(directory)/\(name)"))
    }

    private var main: String { directory + "/a.conf" }

    @Test func laterFilesWinInTheOrderOfTheirNames() throws {
        try write("breaker_minimum = 1\nlog_format = json\n", to: "a.conf")
        try write("breaker_minimum = 2\n", to: "a.conf.d/10-a.conf")
        try write("breaker_minimum = 3\n", to: "a.conf.d/9-b.conf")
        try write("breaker_minimum = 4\n", to: "a.conf.d/9-b.conf.dpkg-dist")
        try write("breaker_minimum = 5\n", to: "a.conf.d/.hidden.conf")
        let loaded = Configuration.load(file: main)
        let configuration = try loaded.get()
        #expect(configuration.policy.breaker.minimumCount == 3)
        #expect(configuration.logFormat == .json)
        let sources = Dictionary(uniqueKeysWithValues: loaded.settings.map { ($0.key, $0.source.description) })
        #expect(sources["breaker_minimum"] == "\(main).d/9-b.conf:1")
        #expect(sources["log_format"] == "\(main):2")
        #expect(sources["mode"] == "default")
    }

    @Test func commandLineWinsOverFiles() throws {
        try write("breaker_minimum = 1\n", to: "a.conf")
        let loaded = Configuration.load(file: main, overrides: ["breaker_minimum = 7", "breaker_minimum=8"])
        #expect(try loaded.get().policy.breaker.minimumCount == 8)
        #expect(loaded.settings.first { $0.key == "breaker_minimum" }?.source == .commandLine)
    }

    @Test func commandLineErrorsNameTheOption() {
        let loaded = Configuration.load(
            file: "/dev/null", dropIns: "",
            overrides: ["mode", "hello", "mode=x", "moed=x", "breaker=", "mode=observe"])
        #expect(
            loaded.errors.map(\.description) == [
                "--set: mode: there is no \"=\" in \"mode\": write --set mode=VALUE",
                "--set: there is no \"=\" in \"hello\": write --set KEY=VALUE",
                "--set: mode: \"x\" is not a choice: write observe or enforce",
                "--set: unknown key \"moed\": did you mean mode?",
                "--set: breaker: there is no value: add one, or remove the line to use the default yes",
            ])
    }

    @Test func absentDropInDirectoryIsNoError() throws {
        try write("", to: "b.conf")
        #expect(try Configuration.load(file: directory + "/b.conf").get() == Configuration())
    }

    @Test func namedFileMustExist() {
        let absent = directory + "/absent.conf"
        #expect(
            Configuration.load(file: absent).errors.map(\.description) == [
                "\(absent): it does not exist: create it, or name another one"
            ])
        #expect(
            Configuration.load(file: "/dev/null", dropIns: absent).errors.map(\.description) == [
                "\(absent): it does not exist: create it, or name another one"
            ])
    }

    @Test func linkToNothingIsNotAbsent() throws {
        try write("", to: "b.conf")
        try FileManager.default.createSymbolicLink(
            atPath: directory + "/b.conf.d", withDestinationPath: directory + "/nothing")
        #expect(
            Configuration.load(file: directory + "/b.conf").errors.map(\.description) == [
                "\(directory)/b.conf.d: it does not exist: create it, or name another one"
            ])
    }

    @Test func onlyTextFilesOfReasonableSizeAreRead() throws {
        #expect(
            Configuration.load(file: directory, dropIns: "").errors.map(\.description) == [
                "\(directory): it is not a regular file: name a text file"
            ])
        #expect(
            Configuration.load(file: "/dev/zero", dropIns: "").errors.map(\.description) == [
                "/dev/zero: it is not a regular file: name a text file"
            ])
        try write(String(repeating: "#", count: 1 << 20) + "\n", to: "big.conf")
        #expect(
            Configuration.load(file: directory + "/big.conf").errors.map(\.description) == [
                "\(directory)/big.conf: the file has 1048577 bytes: use at most 1048576, or check that it is the "
                    + "configuration"
            ])
    }

    @Test func symbolicLinksAreFollowed() throws {
        try write("breaker = no", to: "target")
        try FileManager.default.createSymbolicLink(
            atPath: directory + "/link.conf", withDestinationPath: directory + "/target")
        #expect(try Configuration.load(file: directory + "/link.conf").get().policy.breaker.isEnabled == false)
    }

    @Test(.enabled(if: NSUserName() != "root")) func unreadableFileIsNamed() throws {
        try write("", to: "secret.conf")
        try FileManager.default.setAttributes([.posixPermissions: 0], ofItemAtPath: directory + "/secret.conf")
        #expect(
            Configuration.load(file: directory + "/secret.conf").errors.map(\.description) == [
                "\(directory)/secret.conf: permission denied: let the daemon's user read it"
            ])
    }

    @Test func errorsOfAllPlacesAreReported() throws {
        try write("mode = x\n", to: "a.conf")
        try write("hello\nmode = enforce\nmode = x", to: "a.conf.d/1.conf")
        let loaded = Configuration.load(file: main, overrides: ["x=y"])
        #expect(
            loaded.errors.map(\.source.description) == [
                "\(main):1", "\(main).d/1.conf:1", "\(main).d/1.conf:3", "\(main).d/1.conf:3", "--set",
            ])
    }
}
