private import CPcap
private import CZlib
private import Glibc
public import Packets
public import SMTP

/// A capture file, pcap or pcapng, plain or compressed with gzip, read through libpcap.
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

    /// What is around the IP packets.
    public let linkType: LinkType

    /// The bytes of the file on disk; `nil` for a pipe.
    public let size: Int64?

    /// Frames read so far; the number of the last one, counted from 1.
    public private(set) var packets = 0

    // libpcap closes the stream, and that the gzip file, once, in `deinit`.
    private let capture: OpaquePointer
    private let packed: gzFile

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
            let name = unsafe pcap_datalink_val_to_name(number).map { unsafe String(cString: $0) } ?? "\(number)"
            unsafe pcap_close(capture)
            throw fault(
                "its link type is \(name), which is not supported: capture Ethernet, Linux cooked, raw IP, PPP or loopback"
            )
        }
        self.path = path
        self.linkType = linkType
        size = status.st_mode & S_IFMT == S_IFREG ? Int64(status.st_size) : nil
        unsafe self.capture = capture
        unsafe self.packed = packed
    }

    deinit { unsafe pcap_close(capture) }

    /// How many bytes of the file on disk have been read. Compare with `size` for progress.
    public var position: Int64 { Int64(unsafe gzoffset(packed)) }

    /// Reads the next frame and decodes it.
    ///
    /// - Returns: what it held; `nil` at the end.
    /// - Throws: `DocumentFault` when the capture is damaged or cut off; the frames before were handed over.
    public mutating func next(through decoder: inout PacketDecoder) throws(DocumentFault) -> Frame? {
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
        default:
            let reason = unsafe String(cString: pcap_geterr(capture))
            throw DocumentFault(file: path, line: 0, problem: "cannot be read beyond packet \(packets): \(reason)")
        }
    }

    private static func text(_ characters: [CChar]) -> String {
        String(decoding: characters.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
}
