internal import Documents
public import SMTP

/// The packed form of a submission: about a dozen bytes a cell. Equal submissions give equal bytes.
extension SenderSubmission {
    private static let form: UInt8 = 1

    /// The packed form. O(cells).
    public var bytes: [UInt8] {
        var writer = PackedWriter(form: Self.form, capacity: 64 + 8 * columns.count + 12 * cells.count)
        writer.add(fixed: group)
        for time in [from, until, labelsFrom] { writer.add(fixed: UInt64(bitPattern: time.seconds)) }
        writer.add(number: columns.count)
        for column in columns { writer.add(fixed: column) }
        // Slots, in each the senders, of each the domains.
        var place = 0
        writer.add(number: Self.runs(in: cells[...]) { $0.slot == $1.slot })
        var slot = from.seconds
        while place < cells.count {
            let ofSlot = cells[place...].prefix { $0.slot == cells[place].slot }
            writer.add(number: Int(clamping: cells[place].slot - slot))
            slot = cells[place].slot
            writer.add(number: Self.runs(in: ofSlot) { $0.sender == $1.sender })
            while place < ofSlot.endIndex {
                let ofSender = ofSlot[place...].prefix { $0.sender == cells[place].sender }
                writer.add(fixed: cells[place].sender)
                writer.add(number: ofSender.count)
                for cell in ofSender {
                    writer.add(number: Int(cell.column))
                    writer.add(number: Int(cell.mails))
                }
                place = ofSender.endIndex
            }
        }
        writer.add(number: labels.count)
        for label in labels {
            writer.add(fixed: label.sender)
            writer.add(label.isSpam ? 1 : 0)
        }
        return writer.bytes
    }

    private static func runs(in cells: ArraySlice<Cell>, _ areTogether: (Cell, Cell) -> Bool) -> Int {
        var runs = cells.isEmpty ? 0 : 1
        for (one, next) in zip(cells, cells.dropFirst()) where !areTogether(one, next) { runs += 1 }
        return runs
    }

    /// Reads the packed form; nothing in it is trusted. O(length).
    ///
    /// - Parameters:
    ///   - bytes: all of it.
    ///   - file: its name, for messages.
    public init(bytes: [UInt8], file: String) throws(DocumentFault) {
        func fault(_ problem: String) -> DocumentFault {
            DocumentFault(file: file, line: 0, problem: "\(problem): the site that wrote it should submit again")
        }
        let damaged = fault("is not a submission as Argot writes it")
        guard let first = bytes.first else { throw fault("the submission is empty") }
        guard var reader = PackedReader(bytes, form: Self.form) else {
            throw DocumentFault(
                file: file, line: 0,
                problem: "is a submission of form \(first), and this Argot reads form \(Self.form): update Argot")
        }
        func time() throws(DocumentFault) -> UnixTime {
            guard let bits = reader.fixed() else { throw damaged }
            let seconds = Int64(bitPattern: bits)
            guard seconds >= 0, seconds < 1 << 40 else { throw fault("a time is out of range") }
            return UnixTime(seconds: seconds)
        }
        guard let group = reader.fixed() else { throw damaged }
        let (from, until, labelsFrom) = (try time(), try time(), try time())
        guard from < until, until - from <= Self.longestSpan, labelsFrom <= until else {
            throw fault("its span of time is out of range")
        }
        guard let columnCount = reader.number(upTo: Self.mostColumns) else { throw fault("too many domains") }
        var columns: [UInt64] = []
        for _ in 0..<columnCount {
            guard let column = reader.fixed(), columns.last.map({ $0 < column }) ?? true else { throw damaged }
            columns.append(column)
        }
        var cells: [Cell] = []
        var slot = from.seconds
        // Every run takes bytes, so that a count beyond the bytes is a lie.
        guard let slotCount = reader.number(upTo: bytes.count) else { throw damaged }
        for number in 0..<slotCount {
            guard let step = reader.number(upTo: Int(Self.longestSpan)), step > 0 || number == 0,
                let senderCount = reader.number(upTo: bytes.count), senderCount > 0
            else { throw damaged }
            slot += Int64(step)
            guard slot < until.seconds else { throw fault("a count lies outside of its span of time") }
            var last: UInt64?
            for _ in 0..<senderCount {
                guard let sender = reader.fixed(), last.map({ $0 < sender }) ?? true,
                    let count = reader.number(upTo: columnCount), count > 0
                else { throw damaged }
                last = sender
                var lastColumn = -1
                for _ in 0..<count {
                    guard let column = reader.number(upTo: columnCount - 1), column > lastColumn,
                        let mails = reader.number(upTo: Int(UInt32.max)), mails > 0
                    else { throw damaged }
                    lastColumn = column
                    cells.append(Cell(slot: slot, sender: sender, column: UInt32(column), mails: UInt32(mails)))
                }
            }
        }
        var labels: [Label] = []
        guard let labelCount = reader.number(upTo: bytes.count) else { throw damaged }
        for _ in 0..<labelCount {
            guard let sender = reader.fixed(), labels.last.map({ $0.sender < sender }) ?? true,
                let word = reader.byte(), word < 2
            else { throw damaged }
            labels.append(Label(sender: sender, isSpam: word == 1))
        }
        guard reader.isAtEnd else { throw damaged }
        self.init(
            group: group, from: from, until: until, labelsFrom: labelsFrom, columns: columns, cells: cells,
            labels: labels)
    }
}
