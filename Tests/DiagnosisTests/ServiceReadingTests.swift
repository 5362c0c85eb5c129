import Diagnosis
import Processes
import Testing

@Suite("Argot itself, looked at")
struct ServiceReadingTests {
    @Test(
        arguments: [
            (49, 49, 0, []), (50, 48, 0, ["clients.one-address"]), (50, 47, 0, ["clients"]),
            (1_000, 400, 960, ["clients.all-trusted"]), (1_000, 400, 940, ["clients"]),
        ] as [(Int, Int, Int, [String])])
    func clients(_ sessions: Int, _ fromOne: Int, _ trusted: Int, _ ids: [String]) {
        #expect(ClientSpread(sessions: sessions, fromOne: fromOne, trusted: trusted).findings.map(\.id) == ids)
    }

    @Test(
        arguments: [
            (1_800_000_000, nil, nil, "clock"), (1_000, nil, nil, "clock.unset"),
            (1_800_000_000, 1_800_000_060, nil, "clock"), (1_800_000_000, 1_800_000_061, nil, "clock.backwards"),
            (1_800_000_000, 1_700_000_000, false, "clock.unsynchronized"), (1_800_000_000, nil, true, "clock"),
        ] as [(Int64, Int64?, Bool?, String)])
    func clock(_ now: Int64, _ newest: Int64?, _ isSynchronized: Bool?, _ id: String) {
        let reading = ClockReading(now: now, newest: newest, isSynchronized: isSynchronized)
        #expect(reading.findings.map(\.id) == [id])
    }

    @Test func store() {
        func ids(_ change: (inout StoreReading) -> Void) -> [String] {
            var reading = StoreReading(path: "/s", bytes: 1 << 20, free: 1 << 30)
            change(&reading)
            return reading.findings.map(\.id)
        }
        #expect(ids { _ in } == ["store"])
        #expect(ids { $0.failure = "cannot open" } == ["store.unreadable"])
        #expect(ids { $0.isForbidden = true } == ["store.forbidden"])
        #expect(ids { $0.isAbsent = true } == ["store.absent"])
        #expect(ids { $0.damage = "page 7" } == ["store.damaged"])
        #expect(ids { $0.free = 5 << 20 } == ["store.full"])
        #expect(ids { $0.free = 50 << 20 } == ["store", "store.space"])
        #expect(ids { $0.bytes = 2 << 30 } == ["store", "store.space"])
        #expect(ids { $0.movedAside = ["/s.corrupt-1"] } == ["store", "store.moved-aside"])
        #expect(ids { $0.keyFailure = "6 bytes" } == ["store.key"])
        #expect(ids { $0.foreign = ["/s-wal"] } == ["store.owner"])
        #expect(ids { $0.isKeyMissing = true } == ["store.key-missing"])
        #expect(ids { $0.readOnly = "/s" } == ["store.read-only"])
        #expect(
            ids { $0.barred = [.init(path: "/s", wish: .write, remedy: "chmod u+w /s")] } == ["store.permission"])
        // What belongs to root by mistake goes to argotd's user, and never the other way.
        var reading = StoreReading(path: "/var/lib/argot/argot.sqlite")
        reading.owner = "argot"
        reading.foreign = ["/var/lib/argot"]
        #expect(reading.findings.first { $0.id == "store.owner" }?.remedy.first == "chown argot: /var/lib/argot")
    }

    @Test func group() {
        func ids(_ change: (inout GroupReading) -> Void) -> [String] {
            var reading = GroupReading(place: "/s", lifetime: 3 * 86_400)
            reading.found = .init(sequence: 7, age: 900)
            reading.inForce = reading.found
            change(&reading)
            return reading.findings.map { "\($0.id) \($0.severity)" }
        }
        #expect(ids { _ in } == ["group ok"])
        #expect(ids { $0.place = "" } == [])
        #expect(ids { $0.found?.age = 86_401 } == ["group.old warning"])
        #expect(ids { $0.found?.age = 3 * 86_400 + 1 } == ["group.expired problem"])
        #expect(ids { $0.unreachable = "no answer" } == ["group.unreachable warning"])
        #expect(
            ids {
                $0.unreachable = "no answer"
                $0.inForce = nil
            } == ["group.unreachable problem"])
        #expect(ids { $0.refused = "forged" } == ["group.refused warning"])
        #expect(ids { $0.problem = "an older one" } == ["group.not-taken warning"])
        #expect(ids { $0.submit = "/out" } == ["group ok", "group.submit warning"])
        #expect(
            ids {
                $0.submit = "/out"
                $0.submittedAge = 1_200
                $0.domains = 0
            } == ["group ok", "group.domains note", "group.submit ok"])
        #expect(
            ids {
                $0.place = ""
                $0.submit = "/out"
                $0.submittedAge = 86_400
            } == ["group.submit warning"])
    }

    @Test func models() {
        func ids(_ change: (inout ModelReading) -> Void) -> [String] {
            var reading = ModelReading(file: "/m", what: "dialects", written: 500, loaded: 1_000, now: 2_000)
            change(&reading)
            return reading.findings.map(\.id)
        }
        #expect(ids { _ in } == ["model"])
        #expect(ids { $0.faults = ["/m:3: no", "/m:4: no"] } == ["model.invalid", "model.invalid"])
        #expect(ids { $0.written = 1_001 } == ["model.not-loaded"])
        #expect(ids { $0.loaded = nil } == ["model"])
        #expect(ids { $0.now = 500 + ModelReading.oldAge + 1 } == ["model.old"])
    }
}

@Suite("Other programs")
struct ProgramRunTests {
    @Test func streamsAndStatusComeBack() throws {
        let run = try ProgramRun("sh", ["-c", "echo out; echo err >&2; exit 3"])
        #expect(run.output == "out\n")
        #expect(run.errors == "err\n")
        #expect(run.status == 3)
        #expect(try ProgramRun("sh", ["-c", "kill -9 $$"]).status == 137)
    }

    /// More than a pipe holds, on both streams at once, and more than is kept.
    @Test func muchOutputNeitherBlocksNorGrows() throws {
        let script = "head -c 6000000 /dev/zero | tr '\\0' x; head -c 300000 /dev/zero | tr '\\0' y >&2"
        let run = try ProgramRun("sh", ["-c", script])
        #expect(run.status == 0)
        #expect(run.output.utf8.count == ProgramRun.maximumBytes)
        #expect(run.errors.utf8.count == 300_000)
    }

    @Test func aProgramThatHangsIsEnded() throws {
        #expect(try ProgramRun("sleep", ["1000"], limit: 0).status == 137)
    }

    @Test func aProgramThatIsNotThereIsSaidSo() {
        #expect { try ProgramRun("argot-no-such-program", []) } throws: { error in
            (error as? ProgramRunError)?.isMissing == true
        }
    }
}
