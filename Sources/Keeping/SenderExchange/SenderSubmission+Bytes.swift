internal import Documents
public import SMTP

/// The packed form of a submission: about a dozen bytes a cell. Equal submissions give equal bytes.
extension SenderSubmission {
    private static let form: UInt8 = 1

    /// The form with corrections behind the labels; without any, the first one is written.
    private static let correctedForm: UInt8 = 2

    /// The packed form. O(cells).
    public var bytes: [UInt8] {
        var writer = PackedWriter(
            form: corrected.isEmpty ? Self.form : Self.correctedForm,
            capacity: 64 + 8 * columns.count + 12 * (cells.count + corrections.count))
        writer.add(fixed: group)
        for time in [from, until, labelsFrom] { writer.add(fixed: UInt64(bitPattern: time.seconds)) }
        writer.add(number: columns.count)
        for column in columns { writer.add(fixed: column) }
        Self.add(cells, since: from.seconds, to: &writer)
        writer.add(number: labels.count)
        for label in labels {
            writer.add(fixed: label.sender)
            writer.add(label.isSpam ? 1 : 0)
        }
        guard let first = corrected.first else { return writer.bytes }
        writer.add(number: corrected.count)
        writer.add(fixed: UInt64(bitPattern: first))
        for (before, slot) in zip(corrected, corrected.dropFirst()) {
            writer.add(number: Int(clamping: slot - before))
        }
        Self.add(corrections, since: first, to: &writer)
        return writer.bytes
    }

    /// Writes slots, in each the senders, of each the domains.
    private static func add(_ cells: [Cell], since start: Int64, to writer: inout PackedWriter) {
        var place = 0
        writer.add(number: runs(in: cells[...]) { $0.slot == $1.slot })
        var slot = start
        while place < cells.count {
            let ofSlot = cells[place...].prefix { $0.slot == cells[place].slot }
            writer.add(number: Int(clamping: cells[place].slot - slot))
            slot = cells[place].slot
            writer.add(number: runs(in: ofSlot) { $0.sender == $1.sender })
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
        guard first == Self.form || first == Self.correctedForm, var reader = PackedReader(bytes, form: first) else {
            throw DocumentFault(
                file: file, line: 0,
                problem: "is a submission of form \(first), and this Argot reads forms up to \(Self.correctedForm): "
                    + "update Argot")
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
        guard let cells = Self.cells(&reader, since: from.seconds, columns: columnCount, upTo: bytes.count) else {
            throw damaged
        }
        guard cells.last.map({ $0.slot < until.seconds }) ?? true else {
            throw fault("a count lies outside of its span of time")
        }
        var labels: [Label] = []
        guard let labelCount = reader.number(upTo: bytes.count) else { throw damaged }
        for _ in 0..<labelCount {
            guard let sender = reader.fixed(), labels.last.map({ $0.sender < sender }) ?? true,
                let word = reader.byte(), word < 2
            else { throw damaged }
            labels.append(Label(sender: sender, isSpam: word == 1))
        }
        var (corrected, corrections): ([Int64], [Cell]) = ([], [])
        if first == Self.correctedForm {
            guard let count = reader.number(upTo: Self.mostCorrected), count > 0 else { throw damaged }
            corrected.append(try time().seconds)
            for _ in 1..<count {
                guard let step = reader.number(upTo: Int(Self.longestSpan)), step > 0 else { throw damaged }
                corrected.append(corrected[corrected.count - 1] + Int64(step))
            }
            guard corrected[0] >= until.seconds - Self.longestSpan, corrected[count - 1] < from.seconds else {
                throw fault("a slot that it corrects is out of range")
            }
            let slots = Set(corrected)
            guard
                let found = Self.cells(&reader, since: corrected[0], columns: columnCount, upTo: bytes.count),
                found.allSatisfy({ slots.contains($0.slot) })
            else { throw damaged }
            corrections = found
        }
        guard reader.isAtEnd else { throw damaged }
        self.init(
            group: group, from: from, until: until, labelsFrom: labelsFrom, columns: columns, cells: cells,
            labels: labels, corrected: corrected, corrections: corrections)
    }

    /// Reads what `add` has written; `nil` for anything else. Every run takes bytes, so that a count beyond `most`, the
    /// bytes that there are, is a lie.
    private static func cells(
        _ reader: inout PackedReader, since start: Int64, columns: Int, upTo most: Int
    ) -> [Cell]? {
        var cells: [Cell] = []
        var slot = start
        guard let slotCount = reader.number(upTo: most) else { return nil }
        for number in 0..<slotCount {
            guard let step = reader.number(upTo: Int(longestSpan)), step > 0 || number == 0,
                let senderCount = reader.number(upTo: most), senderCount > 0, slot < start + longestSpan
            else { return nil }
            slot += Int64(step)
            var last: UInt64?
            for _ in 0..<senderCount {
                guard let sender = reader.fixed(), last.map({ $0 < sender }) ?? true,
                    let count = reader.number(upTo: columns), count > 0
                else { return nil }
                last = sender
                var lastColumn = -1
                for _ in 0..<count {
                    guard let column = reader.number(upTo: columns - 1), column > lastColumn,
                        let mails = reader.number(upTo: Int(UInt32.max)), mails > 0
                    else { return nil }
                    lastColumn = column
                    cells.append(Cell(slot: slot, sender: sender, column: UInt32(column), mails: UInt32(mails)))
                }
            }
        }
        return cells
    }
}
