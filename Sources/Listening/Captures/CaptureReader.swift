public import Conversations
public import Packets
public import SMTP

/// A capture file to SMTP transcripts, one handed over when its connection ends; memory does not grow with the file.
public struct CaptureReader: ~Copyable {
    private var file: CaptureFile
    private var decoder: PacketDecoder
    private var table: ConversationTable
    private var isAtEnd = false
    private var isDamaged = false

    /// Opens a capture; see ``CaptureFile`` for what is read and what is thrown.
    ///
    /// - Parameters:
    ///   - path: the file; `-` for the standard input.
    ///   - ports: the ports at which SMTP is taken for granted; elsewhere it is recognised by its first words.
    public init(
        path: String, ports: Set<UInt16> = ConversationTable.standardPorts, limits: CaptureLimits = CaptureLimits()
    ) throws(DocumentFault) {
        file = try CaptureFile(path: path)
        decoder = PacketDecoder(linkType: nil)
        let name = path.split(separator: "/").last.map(String.init) ?? path
        table = ConversationTable(source: name, ports: ports, limits: limits)
    }

    /// The file's name, as it was given.
    public var path: String { file.path }

    /// The bytes of the file on disk; `nil` for a pipe.
    public var size: Int64? { file.size }

    /// How many bytes of the file on disk have been read.
    public var position: Int64 { file.position }

    /// What happened to the frames so far.
    public var frames: PacketDecoder.Counts { decoder.counts }

    /// What happened to the connections so far.
    public var conversations: ConversationTable.Counts { table.counts }

    /// Reads on until conversations end.
    ///
    /// - Returns: the next ones, of which there may be none yet; `nil` when all have been handed over.
    /// - Throws: `DocumentFault` when the capture is damaged or cut off. Call again to get what was in progress.
    public mutating func next() throws(DocumentFault) -> [SessionTranscript]? {
        guard !isAtEnd else { return nil }
        guard !isDamaged else { return finish() }
        // Now and then the caller wants to show how far it is.
        for _ in 0..<4_096 {
            let frame: CaptureFile.Frame?
            do {
                frame = try file.next(through: &decoder)
            } catch {
                isDamaged = true
                throw error
            }
            guard let frame else { return finish() }
            guard let segment = frame.segment else { continue }
            let ended = table.consume(segment, packet: frame.number)
            if !ended.isEmpty { return ended }
        }
        return []
    }

    private mutating func finish() -> [SessionTranscript] {
        isAtEnd = true
        decoder.finish()
        return table.finish()
    }
}
