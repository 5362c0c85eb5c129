/// What was said in a session, line by line, and what each line told.
public struct Conversation: Sendable, Hashable {
    /// A line.
    public struct Line: Sendable, Hashable {
        /// Seconds since the session began.
        public var seconds: Double
        /// Whether the client said it.
        public var isFromClient: Bool
        /// What was said, in whatever bytes; shown with nothing hidden.
        public var text: String
        /// What was found at it; empty for nothing.
        public var found: [String]
        /// How likely the leading class of clients was after it, 0...1; `nil` where nothing is said.
        public var posterior: Double?

        /// A line of its parts.
        public init(
            seconds: Double, isFromClient: Bool, text: String, found: [String] = [], posterior: Double? = nil
        ) {
            self.seconds = seconds
            self.isFromClient = isFromClient
            self.text = text
            self.found = found
            self.posterior = posterior
        }
    }

    /// The lines, in order.
    public var lines: [Line]

    /// What has to be said of them, or why there are none.
    public var note: String

    /// What the picture shows; empty without one.
    public var pictureText: String

    /// A conversation of its lines.
    public init(lines: [Line] = [], note: String, pictureText: String = "") {
        self.lines = lines
        self.note = note
        self.pictureText = pictureText
    }
}
