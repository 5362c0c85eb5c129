import Foundation
import Testing

/// The folders under Sources are the floors of Package.swift, and what argotd links stays below two of them.
@Suite("Floors")
struct FloorsTests {
    private static let repository = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()

    /// The floors, lowest first.
    private static let floors = [
        "Foundations", "Listening", "Detecting", "Deciding", "Keeping", "Teaching", "Running", "Speaking",
    ]

    /// A room as Package.swift declares it.
    private struct Room {
        var name: String
        var floor: String
        var dependencies: Set<String>
    }

    private static func manifest() throws -> String {
        try String(contentsOf: repository.appending(path: "Package.swift"), encoding: .utf8)
    }

    /// The rooms of the floors, the foreign headers aside, by what stands between the brackets of their dependencies.
    private static func rooms() throws -> [Room] {
        let pattern = /room\(\s*"(\w+)", on: \.(\w+)(?:,\s*\[([^\]]*)\])?/
        return try manifest().matches(of: pattern).map { match in
            let floor = floors.first { $0.lowercased() == match.output.2.lowercased() }
            let names = (match.output.3 ?? "").matches(of: /"(\w+)"/).map { String($0.output.1) }
            return Room(name: String(match.output.1), floor: floor ?? "", dependencies: Set(names))
        }
    }

    private static func folders(in path: String) throws -> Set<String> {
        let directory = repository.appending(path: path)
        return Set(
            try FileManager.default.contentsOfDirectory(
                at: directory, includingPropertiesForKeys: [.isDirectoryKey]
            )
            .filter { try $0.resourceValues(forKeys: [.isDirectoryKey]).isDirectory ?? false }
            .map(\.lastPathComponent))
    }

    /// All that a set of rooms needs.
    private static func closure(of names: Set<String>, in rooms: [Room]) -> Set<String> {
        var found = names
        var waiting = Array(names)
        while let name = waiting.popLast() {
            for next in rooms.first(where: { $0.name == name })?.dependencies ?? [] where found.insert(next).inserted {
                waiting.append(next)
            }
        }
        return found
    }

    @Test func theFoldersAreTheFloors() throws {
        #expect(try Self.folders(in: "Sources") == Set(Self.floors + ["argotd", "argot", "argot-tap", "argot-web"]))
        let rooms = try Self.rooms()
        #expect(rooms.count > 30)
        for floor in Self.floors {
            let declared = Set(rooms.filter { $0.floor == floor }.map(\.name))
            // Foreign headers are declared otherwise.
            let found = try Self.folders(in: "Sources/\(floor)").filter { !$0.contains(/^C[A-Z]/) }
            #expect(found == declared, "\(floor)")
        }
    }

    @Test func nothingElseLiesAtTheTop() throws {
        // What is hidden is not looked at, nor what the package manager leaves there.
        let found = Set(try FileManager.default.contentsOfDirectory(atPath: Self.repository.path))
            .filter { !$0.hasPrefix(".") && $0 != "Package.resolved" }
        #expect(found == ["Package.swift", "Sources", "Tests", "packaging", "contrib", "README.md", "LICENSE"])
    }

    @Test func importsGoDown() throws {
        let rooms = try Self.rooms()
        let level = Dictionary(
            uniqueKeysWithValues: rooms.compactMap { room in
                Self.floors.firstIndex(of: room.floor).map { (room.name, $0) }
            })
        for room in rooms {
            let home = try #require(level[room.name])
            for name in room.dependencies {
                let below = level[name] ?? 0
                #expect(below <= home, "\(room.name) imports \(name)")
                // Of its own floor a room imports only what stands before it, so that there is no circle.
                if below == home, let other = rooms.firstIndex(where: { $0.name == name }) {
                    let own = try #require(rooms.firstIndex { $0.name == room.name })
                    #expect(other < own, "\(room.name) imports \(name)")
                }
            }
        }
    }

    @Test func theDaemonLinksNothingOfTeachingOrSpeaking() throws {
        let rooms = try Self.rooms()
        let main = try #require(try Self.manifest().firstMatch(of: /name: "argotd", dependencies: \[([^\]]*)\]/))
        let linked = Self.closure(of: Set(main.output.1.matches(of: /"(\w+)"/).map { String($0.output.1) }), in: rooms)
        #expect(linked.contains("Decision") && linked.contains("SQLiteStore"))
        for room in rooms where ["Teaching", "Speaking"].contains(room.floor) {
            #expect(!linked.contains(room.name), "argotd links \(room.name)")
        }
    }

    /// The tap is small: no database, nothing that learns or reads logs; and the daemon captures nothing itself.
    @Test func theTapLinksLittleAndTheDaemonNoLibpcap() throws {
        let rooms = try Self.rooms()
        let tap = Self.closure(of: ["Tapping"], in: rooms)
        let own: Set = [
            "Tapping", "Conversations", "CEpoll", "CPcap", "CSodium", "CIDN2", "Packets", "SMTP", "Sockets", "Tap",
            "Threads",
            "Wire",
        ]
        #expect(tap.subtracting(own).isEmpty, "\(tap.subtracting(own))")
        let daemon = Self.closure(of: ["Daemon"], in: rooms)
        #expect(daemon.contains("Tap") && !daemon.contains("CPcap") && !daemon.contains("Tapping"))
    }

    @Test func documentsNameFilesThatAreThere() throws {
        let documents = [
            "README.md", "Sources/Running/Daemon/Daemon.docc/Architecture.md", "packaging/doc/transcripts.md",
            "packaging/doc/sink.md", "packaging/doc/faq.md", "packaging/doc/tap.md",
        ]
        for document in documents {
            let text = try String(contentsOf: Self.repository.appending(path: document), encoding: .utf8)
            for match in text.matches(of: /`(Sources\/[A-Za-z0-9+\/.]+)`/) {
                let path = Self.repository.appending(path: String(match.output.1)).path
                #expect(FileManager.default.fileExists(atPath: path), "\(document): \(match.output.1)")
            }
        }
    }
}
