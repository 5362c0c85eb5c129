import SMTP

/// The message templates of a model, compiled: header names in, one at a time; the set of templates that take the
/// message out. O(length of the name) per header.
struct HeaderTable: Sendable {
    /// How far a message's headers have been read.
    struct Progress: Hashable, Sendable {
        fileprivate var names = Fingerprint()
        fileprivate var matched: TemplateMask = 0
    }

    private var anyLayout: TemplateMask = 0
    private var prefixes: [Fingerprint: TemplateMask] = [:]
    private var layouts: [[HeaderLayout.Header]] = []

    init(_ patterns: [HeaderLayout]) {
        for (number, layout) in patterns.enumerated() {
            switch layout {
            case .any: anyLayout |= .only(number)
            case .prefix(let headers):
                layouts.append(headers)
                prefixes[Self.fingerprint(of: headers), default: 0] |= .only(number)
            }
        }
    }

    func read(_ progress: inout Progress, name: Span<UInt8>, value: Span<UInt8>) {
        guard !prefixes.isEmpty else { return }
        progress.names.add(name, 0..<name.count)
        let blank = UInt8(ascii: " ")
        let hasBlank = value.count > 0 && value[0] == blank && (value.count == 1 || value[1] != blank)
        progress.names.add(hasBlank ? 1 : 2)
        progress.matched |= prefixes[progress.names] ?? 0
    }

    func mask(for progress: Progress) -> TemplateMask { anyLayout | progress.matched }

    /// Every mask that a message can have.
    var possibleMasks: Set<TemplateMask> {
        var masks: Set<TemplateMask> = [anyLayout]
        for layout in layouts {
            var mask = anyLayout
            for count in 0...layout.count { mask |= prefixes[Self.fingerprint(of: layout.prefix(count))] ?? 0 }
            masks.insert(mask)
        }
        return masks
    }

    private static func fingerprint(of headers: some Sequence<HeaderLayout.Header>) -> Fingerprint {
        var fingerprint = Fingerprint()
        for header in headers {
            fingerprint.add(header.name.utf8)
            fingerprint.add(header.hasBlank ? 1 : 2)
        }
        return fingerprint
    }
}
