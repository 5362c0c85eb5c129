private import CPcap
private import CZlib
private import Glibc
public import Packets
public import SMTP

/// A capture file, pcap or pcapng, plain or compressed with gzip: pcap is read through libpcap, pcapng by ``PcapngBlocks``,
/// since libpcap refuses files of which the interfaces differ.
@safe
public struct CaptureFile: ~Copyable {
    /// A frame that was read.
    public struct Frame: Sendable {
        /// Its number, counted from 1.
        public let number: Int
        /// The TCP segment in it, if there is one.
        public let segment: TCPSegment?
    }

    /// The file's name, as it was given.
    public let path: String

    /// The bytes of the file on disk; `nil` for a pipe.
    public let size: Int64?

    /// Frames read so far; the number of the last one, counted from 1.
    public private(set) var packets = 0

    /// What bytes become frames by.
    @safe
    private enum Format {
        /// libpcap closes the stream, and that the gzip file, once, in `deinit`.
        case pcap(OpaquePointer, LinkType)
        case pcapng(PcapngBlocks)
    }

    private var format: Format
    private let packed: gzFile
    private static let pieceLength = 1 << 17

    /// Opens a capture.
    ///
    /// - Parameter path: the file; `-` for the standard input.
    /// - Throws: `DocumentFault` at line 0 when it cannot be opened, is no capture, or has a link type that is not read.
    public init(path: String) throws(DocumentFault) {
        func fault(_ problem: String) -> DocumentFault { DocumentFault(file: path, line: 0, problem: problem) }
        let descriptor = unsafe path == "-" ? dup(0) : open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else {
            // The text belongs to the C library and is copied at once.
            let reason = unsafe String(cString: strerror(errno))
            throw fault("cannot be read: \(reason): check path and permissions")
        }
        var status = stat()
        guard unsafe fstat(descriptor, &status) == 0, status.st_mode & S_IFMT != S_IFDIR else {
            close(descriptor)
            throw fault("is not a file: name the files in it")
        }
        guard let packed = unsafe gzdopen(descriptor, "rb") else {
            close(descriptor)
            throw fault("cannot be read: out of memory")
        }
        unsafe gzbuffer(packed, 1 << 17)
        // No other format begins so, and one byte can always be put back.
        let first = unsafe gzgetc(packed)
        if first >= 0 { unsafe gzungetc(first, packed) }
        unsafe format = first == 0x0a ? .pcapng(PcapngBlocks()) : try Self.pcap(packed, fault)
        self.path = path
        size = status.st_mode & S_IFMT == S_IFREG ? Int64(status.st_size) : nil
        unsafe self.packed = packed
    }

    /// Opens what is no pcapng; the file is closed where that fails.
    private static func pcap(
        _ packed: gzFile, _ fault: (String) -> DocumentFault
    ) throws(DocumentFault) -> Format {
        guard let stream = unsafe argot_gzip_stream(packed) else {
            unsafe gzclose(packed)
            throw fault("cannot be read: out of memory")
        }
        var text = [CChar](repeating: 0, count: Int(PCAP_ERRBUF_SIZE))
        guard let capture = unsafe pcap_fopen_offline(stream, &text) else {
            // libpcap closes the stream only of what it opened.
            unsafe fclose(stream)
            throw fault("is not a capture that libpcap can read: \(Self.text(text)): use a pcap or pcapng file")
        }
        let number = unsafe pcap_datalink(capture)
        guard let linkType = LinkType(dataLinkType: number) else {
            unsafe pcap_close(capture)
            throw fault(Self.unsupported([number]))
        }
        return unsafe .pcap(capture, linkType)
    }

    deinit {
        switch format {
        case .pcap(let capture, _): unsafe pcap_close(capture)
        case .pcapng: unsafe gzclose(packed)
        }
    }

    /// How many bytes of the file on disk have been read. Compare with `size` for progress.
    public var position: Int64 { Int64(unsafe gzoffset(packed)) }

    /// Reads the next frame and decodes it.
    ///
    /// - Returns: what it held; `nil` at the end.
    /// - Throws: `DocumentFault` when the capture is damaged or cut off; the frames before were handed over.
    public mutating func next(through decoder: inout PacketDecoder) throws(DocumentFault) -> Frame? {
        switch format {
        case .pcap(let capture, let linkType):
            decoder.linkType = linkType
            return try unsafe next(of: capture, through: &decoder)
        case .pcapng(var blocks):
            // Not kept twice while it is written to.
            format = .pcapng(PcapngBlocks())
            defer { format = .pcapng(blocks) }
            do throws(PcapngBlocks.Damage) {
                return try next(of: &blocks, through: &decoder)
            } catch {
                throw damage(error.problem)
            }
        }
    }

    private mutating func next(
        of blocks: inout PcapngBlocks, through decoder: inout PacketDecoder
    ) throws(PcapngBlocks.Damage) -> Frame? {
        while true {
            if let frame = try blocks.next() {
                packets += 1
                decoder.linkType = frame.linkType
                let segment = decoder.decode(
                    blocks.buffer.span.extracting(frame.bytes), wireLength: frame.wireLength, at: frame.time)
                return Frame(number: packets, segment: segment)
            }
            var piece = [UInt8](repeating: 0, count: Self.pieceLength)
            let count = unsafe piece.withUnsafeMutableBytes {
                unsafe gzread(packed, $0.baseAddress, UInt32(Self.pieceLength))
            }
            guard count >= 0 else { throw PcapngBlocks.Damage(problem: "the compressed file is damaged or cut off") }
            if count == 0 {
                guard blocks.isBetweenBlocks else { throw PcapngBlocks.Damage(problem: "the file is cut off") }
                if blocks.hasInterface, !blocks.hasReadable {
                    throw PcapngBlocks.Damage(problem: Self.unsupported(blocks.unread.sorted().map(Int32.init)))
                }
                return nil
            }
            blocks.add(piece.prefix(Int(count)))
        }
    }

    private mutating func next(
        of capture: OpaquePointer, through decoder: inout PacketDecoder
    ) throws(DocumentFault) -> Frame? {
        var header: UnsafeMutablePointer<pcap_pkthdr>?
        var bytes: UnsafePointer<UInt8>?
        switch unsafe pcap_next_ex(capture, &header, &bytes) {
        case 1:
            guard let header = unsafe header?.pointee else { return nil }
            packets += 1
            let seconds = UInt64(max(0, header.ts.tv_sec))
            // Damaged files hold any number here.
            let micros = min(seconds, 99_999_999_999) * 1_000_000 + UInt64(min(max(0, header.ts.tv_usec), 999_999))
            // The frame is libpcap's until the next call; the decoder copies what it keeps.
            let frame = unsafe Span(_unsafeElements: UnsafeBufferPointer(start: bytes, count: Int(header.caplen)))
            return Frame(
                number: packets,
                segment: decoder.decode(frame, wireLength: max(Int(header.len), Int(header.caplen)), at: micros))
        case PCAP_ERROR_BREAK: return nil
        default: throw damage(unsafe String(cString: pcap_geterr(capture)))
        }
    }

    private func damage(_ reason: String) -> DocumentFault {
        DocumentFault(file: path, line: 0, problem: "cannot be read beyond packet \(packets): \(reason)")
    }

    /// Why link types are not read.
    private static func unsupported(_ numbers: [Int32]) -> String {
        let names = numbers.map { number in
            unsafe pcap_datalink_val_to_name(number).map { unsafe String(cString: $0) } ?? "\(number)"
        }
        return
            "its link type is \(names.joined(separator: ", ")), which is not supported: capture Ethernet, Linux cooked, "
            + "raw IP, PPP or loopback"
    }

    private static func text(_ characters: [CChar]) -> String {
        String(decoding: characters.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
}
