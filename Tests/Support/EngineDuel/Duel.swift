import Glibc
import Milter
import MilterLib
import MilterNative
import Sockets
import Synchronization

/// Both milter engines in one process, each on a socket of its own, for the life of the process.
///
/// Not compared is what depends on time alone: half a packet, silence. What libmilter would crash on is put right or
/// refused before it sees it (packets.c in CMilter); the native engine must do the same.
public final class Duel: Sendable {
    private static let shared = Duel()

    /// What differs between the engines when a mail server sends, and a filter wants and answers, what `bytes` say; `nil`
    /// when replies and what sessions see are the same.
    public static func difference(_ bytes: [UInt8]) -> String? {
        var input = DuelInput(bytes)
        let script = DuelScript(&input)
        var stream = PacketStream()
        while !input.isEmpty { stream.append(&input) }
        let first = shared.run(script, [stream.bytes], at: shared.libmilterPath)
        let second = shared.run(script, stream.pieces, at: shared.nativePath)
        if first.replies != second.replies {
            return
                "libmilter replies \(first.replies)\nthe native engine \(second.replies)\n\(first.lines)\n\(second.lines)"
        }
        if first.lines != second.lines {
            return "under libmilter a session sees \(first.lines)\nunder the native engine \(second.lines)"
        }
        return nil
    }

    private func run(_ script: DuelScript, _ pieces: [[UInt8]], at path: String) -> (replies: [UInt8], lines: [String])
    {
        stage.withLock { $0 = DuelStage(script: script) }
        let replies = Exchange.replies(to: pieces, at: path)
        return (replies, stage.withLock { $0!.lines })
    }

    let libmilterPath: String
    let nativePath: String
    let stage = Mutex<DuelStage?>(nil)
    private let engines: [any MilterEngine]

    /// How many sessions have begun: under libmilter, under the native engine.
    public static var begun: [Int] { shared.engines.map(\.counts.begun) }

    private static let directory = "/tmp/argot-engines.\(getpid())"

    private init() {
        mkdir(Self.directory, 0o700)
        libmilterPath = "\(Self.directory)/libmilter"
        nativePath = "\(Self.directory)/native"
        atexit {
            for name in ["libmilter", "native"] {
                for end in ["", ".lock"] { unlink("\(Duel.directory)/\(name)\(end)") }
            }
            rmdir(Duel.directory)
        }
        final class Reference: Sendable { let engines = Mutex<Duel?>(nil) }
        let reference = Reference()
        let negotiation = { @Sendable () -> MilterNegotiation in
            reference.engines.withLock { $0! }.stage.withLock { $0!.script.negotiation }
        }
        let makeSession = { @Sendable () -> any MilterSession in DuelSession(reference.engines.withLock { $0! }) }
        signal(SIGPIPE, SIG_IGN)
        do {
            engines = [
                try LibmilterEngine(
                    name: "fuzz", listener: SocketListener(.unix(path: libmilterPath)), actions: .all,
                    maximumSessions: 100,
                    negotiation: negotiation, makeSession: makeSession),
                try NativeEngine(
                    listener: SocketListener(.unix(path: nativePath)), maximumSessions: 100, threads: 1,
                    negotiation: negotiation, makeSession: makeSession),
            ]
            for engine in engines { try engine.start() }
        } catch { fatalError("\(error)") }
        reference.engines.withLock { $0 = self }
    }
}
