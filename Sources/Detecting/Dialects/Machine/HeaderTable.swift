import SMTP

/// The message templates of a model, compiled: header names in, one at a time, the wording of the message out, and from
/// that the set of templates that take it. O(length of the name) per header.
struct HeaderTable: Sendable {
    /// How far a message's headers have been read.
    struct Progress: Hashable, Sendable {
        fileprivate var names = Fingerprint()
        /// The longest row of headers that a template names and the message begins with.
        fileprivate var prefix: UInt32 = 0
    }

    private let count: Int
    private var anyLayout: [UInt32] = []
    /// Numbers from 1.
    private var prefixes = FingerprintTable()
    /// By that number: the templates of just these headers, and the longest shorter row of headers that some template has.
    private var templates: [[UInt32]] = [[]]
    private var shorter: [UInt32] = [0]

    init(_ patterns: [HeaderLayout]) {
        count = patterns.count
        var layouts: [[HeaderLayout.Header]] = []
        for (number, layout) in patterns.enumerated() {
            switch layout {
            case .any: anyLayout.append(UInt32(number))
            case .prefix(let headers):
                let fingerprint = Self.fingerprint(of: headers)
                if let known = prefixes[fingerprint] {
                    templates[Int(known)].append(UInt32(number))
                } else {
                    prefixes[fingerprint] = UInt32(templates.count)
                    templates.append([UInt32(number)])
                    layouts.append(headers)
                }
            }
        }
        for headers in layouts {
            var found: UInt32 = 0
            var fingerprint = Fingerprint()
            for header in headers.dropLast() {
                Self.add(header, to: &fingerprint)
                found = prefixes[fingerprint] ?? found
            }
            shorter.append(found)
        }
    }

    func read(_ progress: inout Progress, name: Span<UInt8>, value: Span<UInt8>) {
        guard !prefixes.isEmpty else { return }
        progress.names.add(name, 0..<name.count)
        let blank = UInt8(ascii: " ")
        let hasBlank = value.count > 0 && value[0] == blank && (value.count == 1 || value[1] != blank)
        progress.names.add(hasBlank ? 1 : 2)
        progress.prefix = prefixes[progress.names] ?? progress.prefix
    }

    /// The wording of a message whose headers have been read.
    func wording(for progress: Progress) -> Wording {
        var wording = Wording(.message)
        wording.text = progress.prefix
        return wording
    }

    /// The templates that take a message of this wording.
    func templates(for wording: Wording) -> TemplateSet {
        var set = TemplateSet(count: count, anyLayout)
        for list in exactTemplates(for: wording) { set.insert(list) }
        return set
    }

    /// Whether one template takes it.
    func takes(_ wording: Wording, _ template: UInt32) -> Bool {
        anyLayout.holds(template) || exactTemplates(for: wording).contains { $0.holds(template) }
    }

    /// Whether a template names headers.
    func isExact(_ template: UInt32) -> Bool { !anyLayout.holds(template) }

    /// The templates that name headers and may take a message of this wording, in lists; at most one a header.
    func exactTemplates(for wording: Wording) -> [[UInt32]] {
        var lists: [[UInt32]] = []
        var prefix = wording.text
        while prefix != 0 {
            lists.append(templates[Int(prefix)])
            prefix = shorter[Int(prefix)]
        }
        return lists
    }

    /// The wording of the same templates but those that `isLeftOut`.
    func wording(_ wording: Wording, without isLeftOut: (UInt32) -> Bool) -> Wording {
        var rest = wording
        while rest.text != 0, templates[Int(rest.text)].allSatisfy(isLeftOut) { rest.text = shorter[Int(rest.text)] }
        return rest
    }

    /// Every set that a message can have.
    var possibleSets: Set<TemplateSet> {
        Set(
            templates.indices.map { number in
                var wording = Wording(.message)
                wording.text = UInt32(number)
                return templates(for: wording)
            })
    }

    private static func add(_ header: HeaderLayout.Header, to fingerprint: inout Fingerprint) {
        fingerprint.add(header.name.utf8)
        fingerprint.add(header.hasBlank ? 1 : 2)
    }

    private static func fingerprint(of headers: some Sequence<HeaderLayout.Header>) -> Fingerprint {
        var fingerprint = Fingerprint()
        for header in headers { add(header, to: &fingerprint) }
        return fingerprint
    }
}
