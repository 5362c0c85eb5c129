import Captures
import Conversations
import Foundation
import PacketLab
import Packets
import SMTP
import Seeded
import Testing

/// Whole capture files, through libpcap.
struct CaptureReaderTests {
    private func withFile<Result>(_ bytes: [UInt8], _ body: (String) throws -> Result) throws -> Result {
        let path = FileManager.default.temporaryDirectory.appending(path: "capture-\(UUID().uuidString)").path
        try Data(bytes).write(to: URL(filePath: path))
        defer { try? FileManager.default.removeItem(atPath: path) }
        return try body(path)
    }

    private var frames: [(time: UInt64, bytes: [UInt8])] {
        Script.whole().segments.map { ($0.time, Frames.frame($0)) }
    }

    /// The conversations of a file, and the fault that it ends with.
    private func read(_ path: String) throws -> (texts: [[String]], fault: DocumentFault?) {
        var reader = try CaptureReader(path: path)
        var texts: [[String]] = []
        var fault: DocumentFault?
        while true {
            do {
                guard let transcripts = try reader.next() else { break }
                texts += transcripts.map(text)
            } catch {
                #expect(fault == nil, "a fault is told once")
                fault = error
            }
        }
        #expect(reader.conversations.conversations == texts.count)
        return (texts, fault)
    }

    @Test("pcap of either byte order and resolution, and pcapng")
    func formats() throws {
        let files = [
            Frames.pcap(frames), Frames.pcap(frames, isBigEndian: true), Frames.pcap(frames, hasNanoseconds: true),
            Frames.pcapng(frames),
        ]
        for file in files {
            try withFile(file) { path in
                let (texts, fault) = try read(path)
                #expect(texts == [["[tcp]"] + Script.wholeText] && fault == nil)
                var reader = try CaptureReader(path: path)
                let transcript = try #require(try reader.next()?.first)
                #expect(transcript.began == Double(frames[0].time) / 1e6)
                #expect(transcript.source == path.split(separator: "/").last.map(String.init))
                #expect(reader.size == Int64(file.count) && reader.position == reader.size)
            }
        }
    }

    /// A frame without its Ethernet header, and with that of Linux "cooked" captures.
    private func raw(_ frame: [UInt8]) -> [UInt8] { Array(frame.dropFirst(14)) }
    private func cooked(_ frame: [UInt8]) -> [UInt8] {
        [0, 0, 0, 1, 0, 6, 2, 0, 0, 0, 0, 1, 0, 0] + frame[12..<14] + frame.dropFirst(14)
    }

    @Test("pcapng: the packets of each interface are read by its own link type", arguments: [2, 6], [false, true])
    func mixedLinkTypes(form: UInt32, isBigEndian: Bool) throws {
        let interfaces = [
            Frames.Interface(linkType: 1), Frames.Interface(linkType: 127),
            Frames.Interface(linkType: 101, longest: 0, resolution: 9),
            Frames.Interface(linkType: 113, longest: 2_000, offset: 3_600),
        ]
        var mixed: [(interface: Int, time: UInt64, bytes: [UInt8])] = []
        for (index, frame) in frames.enumerated() {
            let interface = [0, 2, 3][index % 3]
            let bytes = [0: frame.bytes, 2: raw(frame.bytes), 3: cooked(frame.bytes)][interface] ?? []
            mixed.append((interface, frame.time, bytes))
            // What is of a kind that is not read is passed over.
            mixed.append((1, frame.time, Array(repeating: 7, count: index)))
        }
        let file = Frames.pcapng(interfaces, mixed, isBigEndian: isBigEndian, form: form)
        try withFile(file) { path in
            var reader = try CaptureReader(path: path)
            var found: [SessionTranscript] = []
            while let transcripts = try reader.next() { found += transcripts }
            #expect(found.map(text) == [["[tcp]"] + Script.wholeText])
            #expect(found.first?.began == Double(frames[0].time) / 1e6)
            #expect(reader.frames.frames == mixed.count && reader.frames.foreign == frames.count)
        }
    }

    @Test("pcapng: two sections, and packets without a time")
    func sections() throws {
        let second = Frames.pcapng([Frames.Interface(linkType: 101)], [], isBigEndian: true)
        try withFile(Frames.pcapng(frames) + second) { path in
            let texts = try read(path).texts
            #expect(texts == [["[tcp]"] + Script.wholeText])
        }
        let simple = Frames.pcapng(
            [Frames.Interface(linkType: 101)], frames.map { (0, $0.time, raw($0.bytes)) }, form: 3)
        try withFile(simple) { path in
            let texts = try read(path).texts
            #expect(texts.count == 1)
        }
    }

    @Test("pcapng: one cut at any byte, and one without an interface that is read, has one fault")
    func pcapngFaults() throws {
        let file = Frames.pcapng(Array(frames.prefix(6)))
        for length in stride(from: 1, to: file.count, by: 7) {
            try withFile(Array(file.prefix(length))) { path in
                let (texts, fault) = try read(path)
                #expect(texts.count <= 1)
                #expect(fault == nil || fault?.problem.contains("beyond packet") == true)
            }
        }
        try withFile(Frames.pcapng(frames, linkType: 127)) { path in
            let fault = try read(path).fault
            #expect(fault?.problem.contains("IEEE802_11_RADIO") == true)
        }
        for (bytes, problem) in [
            (Array("\n\r\r\n".utf8) + Array(repeating: 0, count: 40), "a section begins without its mark"),
            (Array("\nNov 22 03:44:49 mx\n".utf8), "it does not begin with a section"),
        ] {
            try withFile(bytes) { path in
                let fault = try read(path).fault
                #expect(fault?.problem == "cannot be read beyond packet 0: \(problem)")
            }
        }
    }

    @Test("A file packed with gzip reads alike")
    func packed() throws {
        try withFile(Frames.pcap(frames)) { path in
            let gzip = Process()
            gzip.executableURL = URL(filePath: "/bin/gzip")
            gzip.arguments = [path]
            try gzip.run()
            gzip.waitUntilExit()
            defer { try? FileManager.default.removeItem(atPath: path + ".gz") }
            #expect(try read(path + ".gz").texts == [["[tcp]"] + Script.wholeText])
        }
    }

    @Test("A file cut at any byte gives what came before, and one fault that names the packet")
    func truncated() throws {
        let file = Frames.pcap(Array(frames.prefix(6)))
        let whole = try withFile(file) { try read($0).texts }
        for length in stride(from: 0, to: file.count, by: 7) {
            try withFile(Array(file.prefix(length))) { path in
                guard length >= 24 else {
                    _ = #expect(throws: DocumentFault.self) { _ = try CaptureReader(path: path) }
                    return
                }
                let (texts, fault) = try read(path)
                #expect(texts.count <= 1)
                if let text = texts.first { #expect(whole[0].starts(with: text)) }
                if let fault { #expect(fault.problem.contains("beyond packet")) }
            }
        }
    }

    @Test("What is no capture, and link types that are not read, are refused with the reason")
    func refused() throws {
        for bytes in [[], Array("Nov 22 03:44:49 mx postfix/smtpd[1]: hello\n".utf8), Array(repeating: 0, count: 100)] {
            try withFile(bytes) { path in
                _ = #expect(throws: DocumentFault.self) { _ = try CaptureReader(path: path) }
            }
        }
        try withFile(Frames.pcap(frames, linkType: 127)) { path in
            let fault = #expect(throws: DocumentFault.self) { _ = try CaptureReader(path: path) }
            #expect(fault?.problem.contains("IEEE802_11_RADIO") == true)
        }
        #expect(throws: DocumentFault.self) { _ = try CaptureReader(path: "/nonexistent/capture") }
        #expect(throws: DocumentFault.self) { _ = try CaptureReader(path: "/tmp") }
    }

    @Test("Captures with bytes changed crash nothing", arguments: 0..<60)
    func changed(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        var file = seed % 2 == 0 ? Frames.pcap(frames) : Frames.pcapng(frames)
        for _ in 0..<Int.random(in: 1...20, using: &generator) {
            file[Int.random(in: 24..<file.count, using: &generator)] = .random(in: 0...255, using: &generator)
        }
        try withFile(file) { path in
            guard (try? CaptureReader(path: path)) != nil else { return }
            _ = try read(path)
        }
    }
}
