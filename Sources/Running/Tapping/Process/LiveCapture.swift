private import CPcap
private import Glibc
import Packets

/// Packets of an interface, or of a file in its place, through libpcap.
@safe
struct LiveCapture: ~Copyable {
    /// How packets are handed over.
    enum Delivery {
        /// At once, each with a wake-up: what argotd needs of them cannot wait.
        case immediate
        /// In blocks: cheaper, and late by the length of a block.
        case batched
    }

    /// The most bytes of a packet that are captured. Packets of replies and commands have fewer; behind network cards that
    /// put segments together a few have more.
    static let snapshotBytes: Int32 = 1_600

    /// The same of a recording: as much as is kept of a message's content, and a little more. Whole jumbo frames, too.
    static let wholeBytes: Int32 = 9_216

    /// What the kernel holds until it is read: some 16,000 packets, each in half a page.
    static let bufferBytes: Int32 = 32 << 20

    /// What is around the IP packets.
    let linkType: LinkType

    /// What poll(2) is to wait for; `nil` for a file.
    let descriptor: Int32?

    // Closed once, in `deinit`.
    private let capture: OpaquePointer

    /// Opens an interface, which needs CAP_NET_RAW at this moment only.
    init(interface: String, filter: String, delivery: Delivery, wholePackets: Bool = false) throws(TapFault) {
        var text = [CChar](repeating: 0, count: Int(PCAP_ERRBUF_SIZE))
        guard let capture = unsafe pcap_create(interface, &text) else {
            throw TapFault("cannot capture on \(interface): \(Self.text(text))", remedy: "name an interface")
        }
        do throws(TapFault) {
            unsafe pcap_set_snaplen(capture, wholePackets ? Self.wholeBytes : Self.snapshotBytes)
            unsafe pcap_set_buffer_size(capture, wholePackets ? Self.bufferBytes * 4 : Self.bufferBytes)
            unsafe pcap_set_promisc(capture, 0)
            unsafe pcap_set_timeout(capture, 100)
            unsafe pcap_set_immediate_mode(capture, delivery == .immediate ? 1 : 0)
            guard unsafe pcap_activate(capture) >= 0 else {
                throw TapFault(
                    "cannot capture on \(interface): \(unsafe String(cString: pcap_geterr(capture)))",
                    remedy: "give argot-tap the capability CAP_NET_RAW, and name an interface that is up")
            }
            try unsafe Self.set(filter, on: capture)
            guard unsafe pcap_setnonblock(capture, 1, &text) == 0 else {
                throw TapFault("cannot capture on \(interface): \(Self.text(text))", remedy: "try another interface")
            }
            linkType = try unsafe Self.linkType(of: capture)
            let number = unsafe pcap_get_selectable_fd(capture)
            descriptor = number >= 0 ? number : nil
        } catch {
            unsafe pcap_close(capture)
            throw error
        }
        unsafe self.capture = capture
    }

    /// Opens a capture file.
    init(file: String, filter: String) throws(TapFault) {
        var text = [CChar](repeating: 0, count: Int(PCAP_ERRBUF_SIZE))
        guard let capture = unsafe pcap_open_offline(file, &text) else {
            throw TapFault("cannot read \(file): \(Self.text(text))", remedy: "name a pcap or pcapng file")
        }
        do throws(TapFault) {
            try unsafe Self.set(filter, on: capture)
            linkType = try unsafe Self.linkType(of: capture)
        } catch {
            unsafe pcap_close(capture)
            throw error
        }
        descriptor = nil
        unsafe self.capture = capture
    }

    deinit { unsafe pcap_close(capture) }

    /// What came of a try to read.
    enum Outcome {
        /// A packet, and the segment in it.
        case packet(TCPSegment?)
        /// Nothing for now.
        case nothing
        /// The end of the file, or of the interface.
        case end
    }

    /// Reads a packet, if there is one.
    mutating func next(through decoder: inout PacketDecoder) throws(TapFault) -> Outcome {
        var header: UnsafeMutablePointer<pcap_pkthdr>?
        var bytes: UnsafePointer<UInt8>?
        switch unsafe pcap_next_ex(capture, &header, &bytes) {
        case 1:
            guard let header = unsafe header?.pointee else { return .nothing }
            let seconds = min(UInt64(max(0, header.ts.tv_sec)), 99_999_999_999)
            let time = seconds * 1_000_000 + UInt64(min(max(0, header.ts.tv_usec), 999_999))
            // The frame is libpcap's until the next call; the decoder copies what it keeps.
            let frame = unsafe Span(_unsafeElements: UnsafeBufferPointer(start: bytes, count: Int(header.caplen)))
            return .packet(
                decoder.decode(frame, wireLength: max(Int(header.len), Int(header.caplen)), at: time))
        case 0: return .nothing
        case PCAP_ERROR_BREAK: return .end
        default:
            throw TapFault(
                "cannot read packets any more: \(unsafe String(cString: pcap_geterr(capture)))",
                remedy: "check the interface, and start argot-tap again")
        }
    }

    /// Packets that the kernel had no room for, since the beginning.
    var dropped: UInt64 {
        var statistics = pcap_stat()
        guard unsafe pcap_stats(capture, &statistics) == 0 else { return 0 }
        return UInt64(statistics.ps_drop)
    }

    private static func set(_ filter: String, on capture: OpaquePointer) throws(TapFault) {
        var program = unsafe bpf_program()
        guard unsafe pcap_compile(capture, &program, filter, 1, bpf_u_int32.max) == 0 else {
            throw TapFault(
                "the filter is not understood: \(unsafe String(cString: pcap_geterr(capture)))",
                remedy: "write it as pcap-filter(7) has it")
        }
        defer { unsafe pcap_freecode(&program) }
        guard unsafe pcap_setfilter(capture, &program) == 0 else {
            throw TapFault(
                "the filter is not taken: \(unsafe String(cString: pcap_geterr(capture)))", remedy: "try a shorter one")
        }
    }

    private static func linkType(of capture: OpaquePointer) throws(TapFault) -> LinkType {
        let number = unsafe pcap_datalink(capture)
        if let type = LinkType(dataLinkType: number) { return type }
        throw TapFault(
            "packets of link type \(number) are not understood", remedy: "name an Ethernet interface, or any")
    }

    private static func text(_ characters: [CChar]) -> String {
        String(decoding: characters.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
}
