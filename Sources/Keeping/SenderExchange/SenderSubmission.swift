public import SMTP

/// What a site tells a group of sites of who wrote to it in a span of time. Senders have pseudonyms under the group's key,
/// recipient domains are numbers that only the site itself can tell.
public struct SenderSubmission: Hashable, Sendable {
    /// Mails of one sender to one domain in a slot of time.
    public struct Cell: Hashable, Sendable {
        /// The slot's start, in seconds since 1970.
        public var slot: Int64

        /// The sender's pseudonym.
        public var sender: UInt64

        /// The domain's place in `columns`.
        public var column: UInt32

        /// How many mails, at least 1.
        public var mails: UInt32

        /// A cell of its parts.
        public init(slot: Int64, sender: UInt64, column: UInt32, mails: UInt32) {
            self.slot = slot
            self.sender = sender
            self.column = column
            self.mails = mails
        }

        /// The order of a submission: by time, sender, domain.
        func isBefore(_ other: Cell) -> Bool {
            slot != other.slot
                ? slot < other.slot : sender != other.sender ? sender < other.sender : column < other.column
        }
    }

    /// What the site says of a sender.
    public struct Label: Hashable, Sendable {
        /// The sender's pseudonym.
        public var sender: UInt64

        /// Whether it sends spam; else it is honest.
        public var isSpam: Bool

        /// A label of its parts.
        public init(sender: UInt64, isSpam: Bool) {
            self.sender = sender
            self.isSpam = isSpam
        }
    }

    /// The kind of its signed document.
    public static let kind = "submission"

    /// The longest span of time, in seconds.
    public static let longestSpan: Int64 = 60 * 86_400

    /// How many slots it may correct.
    public static let mostCorrected = 4_096

    /// How many recipient domains it may tell of.
    public static let mostColumns = 1 << 16

    /// The largest document that is read, in bytes: about twelve million cells.
    public static let largest = 128 << 20

    /// By which key the senders were named: ``SenderPseudonyms/groupID`` of the group's key.
    public var group: UInt64

    /// The beginning of the span that the cells are of.
    public var from: UnixTime

    /// Its end, exclusive.
    public var until: UnixTime

    /// Since when the labels are true; they are until `until`.
    public var labelsFrom: UnixTime

    /// The recipient domains, ascending.
    public var columns: [UInt64]

    /// Who wrote to which, by time, sender and domain.
    public var cells: [Cell]

    /// What is known of senders of the last days, by sender: all of it, in place of what was said before.
    public var labels: [Label]

    /// Slots before `from`, ascending, of which more has become known since they were told: `corrections` takes the place of
    /// what was said of them.
    public var corrected: [Int64]

    /// All cells of these slots, by time, sender and domain.
    public var corrections: [Cell]

    /// A submission of its parts; cells and labels in any order.
    public init(
        group: UInt64, from: UnixTime, until: UnixTime, labelsFrom: UnixTime, columns: [UInt64], cells: [Cell],
        labels: [Label], corrected: [Int64] = [], corrections: [Cell] = []
    ) {
        self.corrected = corrected.sorted()
        self.corrections = corrections.sorted { $0.isBefore($1) }
        self.group = group
        self.from = from
        self.until = until
        self.labelsFrom = labelsFrom
        self.columns = columns
        self.cells = cells.sorted { $0.isBefore($1) }
        self.labels = labels.sorted { $0.sender < $1.sender }
    }

    /// The cells of slots that begin from `start` until `end`. O(log cells).
    public func cells(from start: Int64, until end: Int64) -> ArraySlice<Cell> { Self.slice(cells, start, end) }

    /// The corrections of slots that begin from `start` until `end`. O(log corrections).
    public func corrections(from start: Int64, until end: Int64) -> ArraySlice<Cell> {
        Self.slice(corrections, start, end)
    }

    private static func slice(_ cells: [Cell], _ start: Int64, _ end: Int64) -> ArraySlice<Cell> {
        func place(_ time: Int64) -> Int {
            var (low, high) = (0, cells.count)
            while low < high {
                let middle = (low + high) / 2
                if cells[middle].slot < time { low = middle + 1 } else { high = middle }
            }
            return low
        }
        guard start < end else { return [] }
        return cells[place(start)..<place(end)]
    }
}
