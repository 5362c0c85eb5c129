/// What is kept of a message's content, and only in memory: keyed hashes of the shapes of its addresses, head and subject.
public struct MessageShape: Hashable, Sendable {
    /// The shape of an address, hashed.
    public struct Template: Hashable, Sendable {
        /// How far a template tells by itself what is advertised.
        public enum Kind: UInt8, Sendable, Hashable {
            /// Host and path: by itself.
            case site
            /// The host alone, together with the layout of the head that it came under.
            case home
            /// The path alone, together with the layout.
            case path
            /// The path behind a host that is drawn at random, together with the layout: all that such an address tells.
            case drawn
        }

        /// The hash.
        public var key: UInt64

        /// What it is of.
        public var kind: Kind

        /// A template of its parts.
        public init(key: UInt64, kind: Kind) {
            self.key = key
            self.kind = kind
        }
    }

    /// The addresses' templates, each once, in the order they came in, a site's home and path behind it; at most ``CampaignReader/Limits/templates``.
    public var templates: [Template]

    /// The layout of the head.
    public var layout: UInt64

    /// The layout of the head, and the shape of the subject, together.
    public var layoutAndSubject: UInt64

    /// A shape of its parts.
    public init(templates: [Template] = [], layout: UInt64, layoutAndSubject: UInt64) {
        self.templates = templates
        self.layout = layout
        self.layoutAndSubject = layoutAndSubject
    }
}
