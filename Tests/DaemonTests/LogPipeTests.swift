import Glibc
import Testing

@testable import Daemon

/// The log's queue: bounded, in order, and honest about what is missing.
@Suite("The log's pipe", .timeLimit(.minutes(1)))
struct LogPipeTests {
    private static let notice = { @Sendable (missing: Int) in "missing \(missing)\n" }

    /// A pipe of 4,096 bytes, the least there is.
    private func smallPipe() -> (reading: Int32, writing: Int32) {
        var ends: [Int32] = [-1, -1]
        // A program that another test starts meanwhile must not get the ends: where it holds the reading one, a reader that
        // is gone is not gone, and the pipe is full for ever.
        _ = pipe(&ends)
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        _ = fcntl(ends[1], 1_031 /* F_SETPIPE_SZ */, 4_096)
        return (ends[0], ends[1])
    }

    private func read(_ descriptor: Int32, until end: String) -> String {
        read(descriptor) { $0.contains(end) }
    }

    private func read(_ descriptor: Int32, until isEnd: (String) -> Bool) -> String {
        var text: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while !isEnd(String(decoding: text, as: UTF8.self)) {
            // What does not come is a failure, and nobody waits for it for ever.
            var polled = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
            guard poll(&polled, 1, 50_000) > 0 else { break }
            let count = Glibc.read(descriptor, &buffer, buffer.count)
            if count <= 0 { break }
            text += buffer[..<count]
        }
        return String(decoding: text, as: UTF8.self)
    }

    /// How many lines a text says are missing. A reader that is quick between two writes has them said in parts.
    private func missing(in text: String) -> Int {
        guard text.hasSuffix("\n") else { return 0 }
        return text.split(separator: "\n").filter { $0.hasPrefix("missing ") }.compactMap { Int($0.dropFirst(8)) }
            .reduce(0, +)
    }

    private static let line = String(repeating: "x", count: 99) + "\n"

    @Test(arguments: [false, true])
    func whatFindsNoRoomIsCountedAndMentionedWhereItIsMissing(isNonBlocking: Bool) {
        let (reading, writing) = smallPipe()
        if isNonBlocking { _ = fcntl(writing, F_SETFL, O_NONBLOCK) }
        let log = LogPipe(to: writing, capacity: 10_000, notice: Self.notice)
        for _ in 0..<500 { log.write(Self.line) }
        // What is being written counts as waiting: of 50,000 bytes 10,000 had room, and 4,096 may have been read off.
        #expect(log.waitingBytes <= 10_000)
        let dropped = log.dropped
        #expect(dropped >= 500 - 200 && dropped <= 500 - 100)
        let text = read(reading) { missing(in: $0) == Int(dropped) }
        #expect(missing(in: text) == Int(dropped))
        #expect(text.split(separator: "\n").filter { $0.count == 99 }.count == 500 - Int(dropped))
        log.write("after\n")
        #expect(read(reading, until: "after\n") == "after\n")
        #expect(log.dropped == dropped)
        close(reading)
        close(writing)
    }

    @Test func drainingWaitsForAReaderAndNoLonger() {
        let (reading, writing) = smallPipe()
        let log = LogPipe(to: writing, notice: Self.notice)
        for _ in 0..<100 { log.write(Self.line) }
        let begin = ContinuousClock.now
        log.drain(within: .milliseconds(100))
        #expect(ContinuousClock.now - begin >= .milliseconds(100))
        log.write("end\n")
        #expect(read(reading, until: "end\n").count == 100 * 100 + 4)
        log.drain(within: .seconds(50))
        #expect(log.waitingBytes == 0)
        close(reading)
        close(writing)
    }

    @Test func aReaderThatIsGoneIsNoHindrance() {
        signal(SIGPIPE, SIG_IGN)
        let (reading, writing) = smallPipe()
        close(reading)
        let log = LogPipe(to: writing, notice: Self.notice)
        for _ in 0..<1_000 { log.write(Self.line) }
        log.drain(within: .seconds(50))
        #expect(log.waitingBytes == 0)
        close(writing)
    }
}
