import ClientLab
import Dialects
import FakeMTA
import Foundation
import PacketLab
import Packets
import SMTP
import Sessions
import Tap
import Testing

@testable import Tapping

/// argot-tap as a program: capture files, an interface, argotd's socket.
struct ProgramTests {
    private let directory: ScratchDirectory
    private var capture: String { directory.path + "/talk.pcap" }
    private var output: String { directory.path + "/output" }

    init() throws {
        directory = try ScratchDirectory(prefix: "argot-tap")
        let frames = Talk.whole(size: 70_000).segments.map { (time: $0.time, bytes: Self.frame($0)) }
        try Data(Frames.pcap(frames)).write(to: URL(fileURLWithPath: capture))
    }

    /// A frame with the options of Linux in its SYN.
    private static func frame(_ segment: TCPSegment) -> [UInt8] {
        guard segment.opening != nil else { return Frames.frame(segment) }
        let options: [UInt8] = [2, 4, 5, 0xb4, 4, 2, 8, 10, 0, 0, 0, 1, 0, 0, 0, 0, 1, 3, 3, 7]
        var tcp = Frames.tcp(segment, options: 5)
        tcp.replaceSubrange(20..<40, with: options)
        tcp.replaceSubrange(14..<16, with: Frames.big16(64_240))
        var packet = Frames.ipv4(tcp, from: segment.source.address, to: segment.destination.address)
        packet[8] = 57
        return Frames.ethernet(packet)
    }

    private func run(_ arguments: [String]) throws -> ChildProcess {
        try ChildProcess(
            FilterProcess.executable("argot-tap"), arguments, output: output, errors: directory.path + "/errors")
    }

    private func text(_ name: String) -> String {
        (try? String(contentsOfFile: directory.path + "/" + name, encoding: .utf8)) ?? ""
    }

    @Test("The filter is one that libpcap compiles, and a file is read through it")
    func file() throws {
        let process = try run(["--read", capture, "--print"])
        #expect(process.wait(until: .after(.seconds(30))) == .exited(0), "\(text("errors"))")
        let lines = text("output").split(separator: "\n").map { $0.split(separator: " ", maxSplits: 3) }
        #expect(lines.map { String($0[3]) } == Talk.wholeText)
        #expect(lines.allSatisfy { $0[0] == "192.0.2.5:40000" && $0[1] == "198.51.100.25:25" })
        #expect(text("errors").contains("dropped=0 connections=1 lost=0 unsent=0"))
    }

    @Test("What is wrong is said, with a remedy")
    func faults() throws {
        for (arguments, status, words) in [
            (["--prots", "25"], 64, "--prots is not an option"), (["--ports", "smtp"], 64, "\"smtp\" is not a port"),
            (["--ports"], 64, "--ports needs a value"), (["--seconds", "-1"], 64, "not a number of seconds"),
            (["--read", "/nonexistent"], 1, "cannot read /nonexistent"),
            (["--read", capture, "--filter", "tcp prot 25"], 1, "filter is not understood"),
            (["--interface", "nonexistent0"], 1, "cannot capture on nonexistent0"),
        ] as [([String], Int32, String)] {
            let process = try run(arguments)
            #expect(process.wait(until: .after(.seconds(30))) == .exited(status), "\(arguments)")
            #expect(text("errors").contains(words), "\(arguments): \(text("errors"))")
        }
    }

    @Test("Findings go to argotd's socket, whole")
    func socket() throws {
        let server = try Listener(directory.path + "/tap.sock")
        let process = try run(["--read", capture, "--socket", server.path])
        let messages = try server.messages(within: .after(.seconds(30)))
        #expect(process.wait(until: .after(.seconds(30))) == .exited(0), "\(text("errors"))")
        let records = messages.compactMap { if case .record(let record) = $0 { record } else { nil } }
        #expect(records.map { "\($0.finding)" } == Talk.wholeText)
        guard case .counts(let counts) = messages.last else {
            Issue.record("no counts at the end")
            return
        }
        #expect(counts.connections == 1 && counts.dropped == 0 && counts.unsent == 0)
    }

    @Test("A recording is a file of transcripts, for its owner only, and no larger than it may be")
    func recording() throws {
        let file = directory.path + "/recorded.jsonl"
        let process = try run(["--read", capture, "--record", file])
        #expect(process.wait(until: .after(.seconds(30))) == .exited(0), "\(text("errors"))")
        let lines = text("recorded.jsonl").split(separator: "\n")
        #expect(lines.count == 1)
        let transcript = try TranscriptDocument.transcript(from: lines[0], file: file, line: 1)
        #expect(transcript.peers.client == Frames.client && transcript.gaps == 1)
        let said = transcript.events.filter { $0.kind == .client }.map { String(decoding: $0.bytes, as: UTF8.self) }
        #expect(said.first == "ehlo Client.example\r\n" && said.last == "QUIT\n")
        let mode = try FileManager.default.attributesOfItem(atPath: file)[.posixPermissions] as? Int
        #expect(mode == 0o600)
        #expect(text("errors").contains("conversations=1 gappy=1") && text("errors").contains("omitted=0"))
        // What is there already is left alone.
        let again = try run(["--read", capture, "--record", file])
        #expect(again.wait(until: .after(.seconds(30))) == .exited(1))
        #expect(text("errors").contains("cannot make \(file)"))
    }

    @Test("Live, on loopback", .enabled(if: mayCapture, "capturing needs CAP_NET_RAW"))
    func live() throws {
        let server = try Listener(directory.path + "/tap.sock")
        let mail = try TalkingServer()
        let process = try run(["-i", "lo", "-p", "\(mail.port)", "-s", server.path])
        // The counts come once packets are captured.
        var found: [String] = []
        var received = try server.next(within: .after(.seconds(30)))
        let client = try LoopbackSocket(port: mail.port)
        let accepted = try mail.accept()
        try accepted.write(Array("220 mx\r\n".utf8))
        _ = try client.read(until: .after(.seconds(30)))
        try client.write(Array("HELO Live.example\r\nMAIL from: <a@b.example>\n".utf8))
        _ = try accepted.read(until: .after(.seconds(30)))
        try accepted.write(Array("250 ok\r\n250 ok\r\n".utf8))
        _ = try client.read(until: .after(.seconds(30)))
        client.abort()
        let deadline = Deadline.after(.seconds(30))
        while !(found.last?.hasPrefix("ended") ?? false), !deadline.hasPassed {
            received = try server.next(within: deadline)
            found += received.compactMap { if case .record(let record) = $0 { "\(record.finding)" } else { nil } }
        }
        #expect(found.first?.hasPrefix("opened ") == true)
        #expect(
            found.dropFirst() == [
                "reply 220", "line \"HELO Live.example\" crlf", "line \"MAIL from: \" lf joined early", "reply 250",
                "reply 250", "ended by-client fin",
            ])
        // No privilege is left.
        let status = try String(contentsOfFile: "/proc/\(process.processID)/status", encoding: .utf8)
        #expect(status.contains("NoNewPrivs:\t1"))
        #expect(status.contains("Seccomp:\t2"))
        for line in status.split(separator: "\n") where line.hasPrefix("CapPrm") || line.hasPrefix("CapEff") {
            #expect(line.hasSuffix("\t0000000000000000"), "\(line)")
        }
        #expect(process.stop() == .exited(0))
    }

    /// What is compared of a SYN is the same on loopback and on an Ethernet, of which a pair of virtual interfaces is one;
    /// the largest segment is not.
    @Test("A SYN on loopback and one on an Ethernet", .enabled(if: mayCapture && geteuid() == 0, "needs root"))
    func interfaces() throws {
        let shell = try Executable.require("unshare", package: "util-linux")
        let program = try FilterProcess.executable("argot-tap")
        // The client's side is a network of its own, so that packets go by the wire.
        let script = """
            set -e
            ip link set lo up
            unshare --net sleep 60 &
            other=$!
            while [ "$(readlink /proc/$other/ns/net)" = "$(readlink /proc/self/ns/net)" ]; do :; done
            ip link add outside type veth peer name inside netns "$other"
            ip addr add 192.0.2.1/24 dev outside
            ip link set outside up
            nsenter --net=/proc/$other/ns/net sh -c 'ip addr add 192.0.2.2/24 dev inside && ip link set inside up'
            "$0" --print --ports 2525 --seconds 5 >"$1" 2>&1 &
            tap=$!
            # Nobody listens: it is asked for until the tap has seen it.
            for one in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16; do
                nsenter --net=/proc/$other/ns/net bash -c '(: </dev/tcp/192.0.2.1/2525) 2>/dev/null' || true
                bash -c '(: </dev/tcp/127.0.0.1/2525) 2>/dev/null' || true
                sleep 0.2
            done
            wait $tap || true
            kill $other
            """
        let process = try ChildProcess(
            shell, ["--net", "--mount", "sh", "-c", script, program, directory.path + "/found"],
            errors: directory.path + "/errors")
        #expect(process.wait(until: .after(.seconds(60))) == .exited(0), "\(text("errors"))")
        let opened = text("found").split(separator: "\n").filter { $0.contains(" opened ") }
        func pattern(from client: String) -> (pattern: SYNPattern, text: Substring)? {
            opened.first { $0.hasPrefix(client) }?.split(separator: " ").last.flatMap { text in
                SYNPattern.seen(text).map { ($0.pattern, text) }
            }
        }
        let wire = try #require(pattern(from: "192.0.2.2:"), "\(text("found"))")
        let loopback = try #require(pattern(from: "127.0.0.1:"), "\(text("found"))")
        #expect(wire.pattern == loopback.pattern && ClientSystem(wire.pattern) == .linux)
        #expect(wire.text.contains("mss1460") && !loopback.text.contains("mss1460"))
    }

    /// Whether packets may be captured here.
    static var mayCapture: Bool {
        // ETH_P_ALL, in network byte order.
        let descriptor = Glibc.socket(AF_PACKET, Int32(SOCK_RAW.rawValue), Int32(UInt16(3).bigEndian))
        guard descriptor >= 0 else { return false }
        close(descriptor)
        return true
    }
}
