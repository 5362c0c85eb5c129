import FakeMTA
import Milter
import SMTP
import Seeded
import Testing

@testable import MilterNative

/// The protocol's rules, without a socket.
@Suite("What a packet is, and when it is taken")
struct RuleTests {
    private typealias Command = MilterNative.MilterCommand

    private static func piece(_ bytes: [UInt8], at start: Int = 0) -> PacketFraming.Piece {
        PacketFraming.piece(of: bytes.span, at: start)
    }

    @Test func packetsAreCutAtTheirLengths() {
        let bytes = MilterPacket(.helo, strings: ["mail"]).encoded() + MilterPacket(.quit).encoded()
        #expect(Self.piece(bytes) == .packet(letter: 0x48, data: 5..<10))
        #expect(Self.piece(bytes, at: 10) == .packet(letter: 0x51, data: 15..<15))
        #expect(Self.piece(bytes, at: 15) == .incomplete)
        for count in 0..<10 { #expect(Self.piece(Array(bytes[..<count])) == .incomplete) }
    }

    @Test(
        arguments: [
            ([0, 0, 0, 0, 0x41], .packet(letter: 0x41, data: 5..<5)),
            ([0, 0, 0, 1, 0x41, 9], .packet(letter: 0x41, data: 5..<5)),
            ([0, 0, 0, 1, 0x1f], .refused), ([0, 0, 0, 1, 0x80], .refused), ([0, 0, 0, 1, 0], .refused),
            ([0, 4, 0, 0, 0x42], .incomplete), ([0, 4, 0, 1, 0x42], .refused),
            ([0xff, 0xff, 0xff, 0xff, 0x42], .refused),
            ([0x80, 0, 0, 0, 0x42], .refused), ([0, 0, 0, 2, 0x7e], .incomplete),
            ([0, 0, 0, 2, 0x7e, 1], .packet(letter: 0x7e, data: 5..<6)),
        ] as [([UInt8], PacketFraming.Piece)])
    func oddLengthsAndLetters(bytes: [UInt8], piece: PacketFraming.Piece) {
        #expect(Self.piece(bytes) == piece)
    }

    /// Which letters are taken at a stage, which only end the transaction, and which are passed over.
    @Test(arguments: [
        ("", taken: "OHMUD", passed: "CRTLNBEAKQ", ends: false),
        ("O", taken: "CUHMD", passed: "ORTLNBEAKQ", ends: false),
        ("OC", taken: "HMUD", passed: "OCRTLNBEAKQ", ends: false),
        ("OCH", taken: "HMUD", passed: "OCRTLNBEAKQ", ends: false),
        ("OCM", taken: "RAUDHM", passed: "OCTLNBEKQ", ends: true),
        ("OCMR", taken: "RTLNBEAUDHM", passed: "OCKQ", ends: true),
        ("OCMRT", taken: "LNADHMU", passed: "OCRTBEKQ", ends: true),
        ("OCMRTL", taken: "LNADHMU", passed: "OCRTBEKQ", ends: true),
        ("OCMRTLN", taken: "BEADHMU", passed: "OCRTLNKQ", ends: true),
        ("OCMRTLNB", taken: "BEADHMU", passed: "OCRTLNKQ", ends: true),
        ("OCMRTLNBE", taken: "QMUKDH", passed: "OCRTLNBEA", ends: false),
        ("OCMRA", taken: "HMUD", passed: "OCRTLNBEAKQ", ends: false),
        ("OCMRU", taken: "HMRATBUQKD", passed: "OCLNE", ends: false),
        ("OCMREK", taken: "CUHMD", passed: "ORTLNBEAKQ", ends: false),
    ])
    func order(before: String, taken: String, passed: String, ends: Bool) throws {
        #expect(Set(taken + passed) == Set("OCHMRTLNBEADUQK"))
        var start = CommandOrder()
        for letter in before.utf8 {
            let command = try #require(Command(rawValue: letter))
            let admission = start.admit(command)
            #expect(admission == .init(isTaken: true, endsTransaction: false))
            start.begin(command)
            start.conclude(command, .goOn)
        }
        for letter in (taken + passed).utf8 {
            let command = try #require(Command(rawValue: letter))
            var order = start
            let admission = order.admit(command)
            let name = Character(UnicodeScalar(letter))
            #expect(admission.isTaken == taken.contains(name), "\(name)")
            // Whoever ends a transaction has left its stage.
            #expect(admission.endsTransaction == (ends && order.stage == .helo), "\(name)")
        }
    }

    @Test(
        arguments: [
            ("M", .reject, .helo), ("M", .goOn, .mail), ("R", .reject, .recipient), ("R", .tempfail, .recipient),
            ("R", .accept, .helo), ("R", .discard, .recipient), ("U", .reject, .unknown), ("B", .skip, .body),
            ("E", .tempfail, .helo), ("E", .goOn, .endOfMessage), ("H", .discard, .helo), ("L", .noReply, .headers),
        ] as [(String, CallbackStatus, CommandOrder.Stage)])
    func verdictsEndWhatTheyAreAbout(letter: String, status: CallbackStatus, stage: CommandOrder.Stage) throws {
        let command = try #require(letter.utf8.first.flatMap(Command.init(rawValue:)))
        var order = CommandOrder()
        order.begin(command)
        order.conclude(command, status)
        #expect(order.stage == stage)
    }

    /// The table beside a dictionary for each stage.
    @Test func macrosLiveAsLongAsTheirStage() throws {
        var random = SeededGenerator(seed: 14)
        let letters = Array("CHMRTNE".utf8)
        let names = ["j", "{j}", "v", "i", "{client_name}", "{x}", "x", "", "{", "{}"]
        for _ in 0..<300 {
            var table = MacroTable()
            var model: [[(String, String)]?] = Array(repeating: nil, count: 7)
            for _ in 0..<30 {
                let stage = Int.random(in: 0..<7, using: &random)
                if Int.random(in: 0..<4, using: &random) == 0 {
                    table.clear(from: try #require(MacroTable.Stage(rawValue: stage)))
                    for index in stage..<7 { model[index] = nil }
                } else {
                    let pairs = (0..<Int.random(in: 0..<4, using: &random)).map { _ in
                        (names.randomElement(using: &random) ?? "", random.word(Int.random(in: 0..<9, using: &random)))
                    }
                    let ragged = Int.random(in: 0..<3, using: &random) == 0
                    var data = [letters[stage]] + MilterPacket.terminated(pairs.flatMap { [$0.0, $0.1] })
                    if ragged { data += Array("name".utf8) + (Bool.random(using: &random) ? [0] : []) }
                    let isRagged = table.keep(data.span)
                    #expect(isRagged == ragged)
                    if !pairs.isEmpty { model[stage] = pairs }
                }
                for macro in ["j", "v", "i", "{client_name}", "x", "{x}", "{j}"] as [MilterMacro] {
                    let bare = macro.name.utf8.count == 3 ? String(macro.name.dropFirst().dropLast()) : macro.name
                    let expected = model.reversed().lazy.compactMap { pairs in
                        pairs?.first {
                            $0.0 == macro.name || $0.0 == bare || $0.0 == "{\(bare)}" && bare.utf8.count == 1
                        }
                    }.first?.1
                    #expect(table.value(of: macro) == expected)
                }
            }
        }
    }

    @Test func macrosOfNoStageAreNotKept() {
        var table = MacroTable()
        for (data, isRagged) in [("Xj\0a\0", false), ("X", false), ("Xj", true)] {
            let wasRagged = table.keep(Array(data.utf8).span)
            #expect(wasRagged == isRagged)
        }
        #expect(table.value(of: .hostName) == nil)
    }

    @Test(
        arguments: [
            ("", nil), ("a", nil), ("\0", ""), ("a\0", "a"), ("a\0b", "a"), ("a\0b\0", "a\0b"), ("\0b\0", "\0b"),
            ("a\0\0", "a\0"),
        ] as [(String, String?)])
    func arguments(data: String, arguments: String?) {
        let bytes = Array(data.utf8)
        let range = CommandData.arguments(in: bytes.span)
        #expect(range.map { Array(bytes[$0]) } == arguments.map { Array($0.utf8) })
    }

    @Test(
        arguments: [
            ("Subject\0 x\0", 7, " x"), ("S\0\0", 1, ""), ("S\0x", nil, nil), ("S\0", nil, nil), ("", nil, nil),
            ("\0x\0y\0", 0, "y"), ("S\0x\0y\0", 1, "x"), ("\0\0y\0", 0, "y"), ("S\0\0\0", 1, ""),
        ] as [(String, Int?, String?)])
    func headers(data: String, nameLength: Int?, value: String?) {
        let bytes = Array(data.utf8)
        let header = CommandData.header(in: bytes.span)
        #expect(header?.nameLength == nameLength)
        #expect(header.map { Array(bytes[$0.value]) } == value.map { Array($0.utf8) })
    }

    @Test(
        arguments: [
            ("h\u{0}U", .unknown),
            ("h\u{0}4\u{10}\u{19}192.0.2.1\u{0}", .network(ClientAddress("192.0.2.1")!, port: 4_121)),
            ("h\u{0}6\u{0}\u{1}IPv6:2001:db8::1\u{0}", .network(ClientAddress("2001:db8::1")!, port: 1)),
            ("h\u{0}6\u{0}\u{1}ipV6:2001:db8::1\u{0}", .network(ClientAddress("2001:db8::1")!, port: 1)),
            ("h\u{0}6\u{0}\u{1}::ffff:192.0.2.1\u{0}", .network(ClientAddress("192.0.2.1")!, port: 1)),
            ("h\u{0}L\u{0}\u{0}/run/x\u{0}", .local), ("h\u{0}4\u{0}\u{1}192.0.2.256\u{0}", nil),
            ("h\u{0}4\u{0}\u{1}192.0.2.1", nil), ("h\u{0}6\u{0}\u{1}x\u{0}", nil), ("h\u{0}X\u{0}\u{1}x\u{0}", nil),
            ("h", nil), ("h\u{0}", nil), ("", nil), ("h\u{0}4", nil), ("h\u{0}4\u{0}", nil), ("h\u{0}4\u{0}\u{1}", nil),
            ("h\u{0}L\u{0}\u{1}" + String(repeating: "p", count: 107) + "\u{0}", .local),
            ("h\u{0}L\u{0}\u{1}" + String(repeating: "p", count: 108) + "\u{0}", nil),
        ] as [(String, MilterPeer.Origin?)])
    func peers(data: String, origin: MilterPeer.Origin?) {
        let bytes = Array(data.utf8)
        let peer = CommandData.peer(in: bytes.span)
        #expect(peer?.origin == origin)
    }

    @Test(
        arguments: [
            ([6, 0x1ff, 0x1f_ffff], [6, 0xff, 0x14_0c80]), ([2, 0, 0], [2, 0x0f, 0]),
            ([9, 0x1ff, 0xff], [6, 0xff, 0x80]),
            ([6, 1, 0x7000_0c00], [6, 1, 0xc00]),
        ] as [([UInt32], [UInt32])])
    func whatIsOfferedAndAgreed(offer: [UInt32], answer: [UInt32]) throws {
        let offer = try #require(Self.offer(offer.flatMap(MilterPacket.bigEndian)))
        let wanted = MilterNegotiation(actions: .all, unanswered: [.header, .endOfHeaders])
        let agreement = offer.agreement(wanted)
        #expect(offer.answer(agreement, wanted) == answer.flatMap(MilterPacket.bigEndian))
        // What the mail server does not offer is done without its knowledge.
        #expect(agreement.isUnanswered(.header) && agreement.isUnanswered(.endOfHeaders))
    }

    @Test(
        arguments: [
            [], [0, 0, 0, 6], MilterPacket.bigEndian(1) + [0, 0, 0, 0, 0, 0, 0, 0],
            MilterPacket.bigEndian(0x8000_0006) + [0, 0, 0, 0, 0, 0, 0, 0],
        ] as [[UInt8]])
    func offersThatAreNone(data: [UInt8]) {
        #expect(Self.offer(data) == nil)
    }

    private static func offer(_ data: [UInt8]) -> OptionOffer? {
        do throws(OptionOffer.Fault) {
            return try OptionOffer(data.span)
        } catch {
            return nil
        }
    }

    @Test func repliesDoubleThePercentSign() throws {
        let one = try RefusalReply(code: 550, enhancedCode: nil, lines: ["50% off"])
        #expect(one.packetData == Array("550 50%% off\0".utf8))
        let two = try RefusalReply(code: 451, enhancedCode: EnhancedStatusCode("4.7.1"), lines: ["a", "%"])
        #expect(two.packetData == Array("451-4.7.1 a\r\n451 4.7.1 %%\0".utf8))
    }

    @Test func changesThatCannotBeAreNotSent() {
        var packets = OutgoingPackets()
        let long = String(repeating: "x", count: 65_535)
        for change: MilterChange in [
            .addHeader(name: "", value: "v"), .insertHeader(index: -1, name: "X", value: "v"), .changeSender(""),
            .changeHeader(name: "X", occurrence: -1, value: nil), .addRecipient(""), .deleteRecipient(""),
            .quarantine(reason: ""), .addHeader(name: "X", value: long), .quarantine(reason: long),
        ] {
            let isSent = packets.append(change)
            #expect(!isSent)
        }
        #expect(packets.bytes == [])
        var isSent = packets.append(.replaceBody([]))
        #expect(isSent)
        #expect(packets.bytes == MilterPacket(letter: 0x62).encoded())
        isSent = packets.append(.insertHeader(index: .max, name: "X", value: "v"))
        #expect(isSent)
        #expect(
            packets.bytes.dropFirst(5)
                == MilterPacket(letter: 0x69, payload: [0x7f, 0xff, 0xff, 0xff] + Array("X\0v\0".utf8)).encoded()[...])
    }
}
