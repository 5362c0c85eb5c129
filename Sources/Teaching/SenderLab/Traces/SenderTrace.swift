public import SMTP
public import SpamTracker

/// A trace of mails with labels, as evaluation and off-line clustering use it. About 40 bytes an event.
public struct SenderTrace: Sendable {
    /// One mail.
    public struct Event: Sendable {
        /// When.
        public let time: UnixTime

        /// Who sent.
        public let sender: SenderKey

        /// The recipient domain's number in `table`.
        public let domain: UInt32

        /// What is known of the mail.
        public let label: SenderLabel?
    }

    /// The mails in order of time; equal times keep the file's order.
    public private(set) var events: [Event] = []

    /// The recipient domains.
    public private(set) var table = DomainTable()

    /// Lines that were not understood.
    public private(set) var skippedLines = 0

    /// The first few of them, with the reason.
    public private(set) var faults: [DocumentFault] = []

    /// An empty trace; `table` numbers its domains, so that two traces can share one numbering.
    public init(table: DomainTable = DomainTable()) {
        self.table = table
    }

    /// Reads one file's lines after another. The first line names the columns; `t` (seconds since 1970), `ip` and
    /// `recipient` must be there, `label` may be (spam; ham, honest or legit; or empty), others are ignored.
    public struct Reader {
        private var trace: SenderTrace
        private var rows: MailTable
        private let prefixes: SenderPrefixes
        private var line = 0

        /// A reader of `file`, which is only named in messages.
        public init(file: String, table: DomainTable = DomainTable(), prefixes: SenderPrefixes = SenderPrefixes()) {
            rows = MailTable(file: file)
            self.prefixes = prefixes
            trace = SenderTrace(table: table)
        }

        /// Takes the next line.
        ///
        /// - Throws: a fault when the first line does not name the columns that are needed. Other lines that cannot be
        ///   understood are counted and skipped.
        public mutating func read(_ text: Substring) throws(DocumentFault) {
            line += 1
            add(try rows.take(Array(text.utf8)[...], number: line))
        }

        private mutating func add(_ outcomes: [MailTable.Outcome]) {
            for outcome in outcomes {
                switch outcome {
                case .row(let row):
                    let number = trace.table.number(interning: row.domain)
                    trace.events.append(
                        Event(
                            time: row.time, sender: SenderKey(row.client, prefixes: prefixes), domain: number,
                            label: row.label))
                case .fault(let fault):
                    trace.skippedLines += 1
                    if trace.faults.count < 5 { trace.faults.append(fault) }
                }
            }
        }

        /// The trace, in order of time.
        ///
        /// - Throws: a fault when the file was empty.
        public consuming func finish() throws(DocumentFault) -> SenderTrace {
            add(try rows.finish())
            let order = trace.events.indices.sorted {
                let (lhs, rhs) = (trace.events[$0].time, trace.events[$1].time)
                return lhs != rhs ? lhs < rhs : $0 < $1
            }
            let unsorted = trace.events
            trace.events = order.map { unsorted[$0] }
            return trace
        }
    }

    /// The windows of `seconds` from the first event on, in order, without those that are empty.
    public func windows(of seconds: Int64) -> [Window] {
        guard let first = events.first?.time, seconds > 0 else { return [] }
        var windows: [Window] = []
        var start = events.startIndex
        while start < events.endIndex {
            let number = (events[start].time - first) / seconds
            let end = first + (number + 1) * seconds
            let stop = events[start...].firstIndex { $0.time >= end } ?? events.endIndex
            windows.append(Window(start: first + number * seconds, end: end, events: events[start..<stop]))
            start = stop
        }
        return windows
    }

    /// The events of one span of time.
    public struct Window: Sendable {
        /// Its start.
        public let start: UnixTime

        /// Its end, exclusive.
        public let end: UnixTime

        /// Its events.
        public let events: ArraySlice<Event>

        /// One row per sender, as the matrix gives it.
        public func rows() -> SenderRows {
            var matrix = SenderMatrix(
                limits: MatrixLimits(slotSeconds: end - start, slotCount: 2, maximumCells: .max / 2))
            for event in events {
                matrix.record(sender: event.sender, domain: event.domain, at: event.time, label: event.label)
            }
            return matrix.rows(from: start, until: end)
        }
    }
}
