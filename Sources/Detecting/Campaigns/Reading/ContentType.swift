/// What a part of a message is: a type, and for several parts what divides them (RFC 2045, RFC 2046).
struct ContentType {
    /// What is made of a part.
    enum Kind: Equatable {
        case text(isHTML: Bool)
        case multipart(boundary: [UInt8])
        case message
        case other
    }

    var kind: Kind

    /// Without a header a part is plain text.
    static let plain = ContentType(kind: .text(isHTML: false))

    private static let longestBoundary = 100

    /// Reads a header's value.
    init(_ value: [UInt8]) {
        let semicolon = value.firstIndex(of: UInt8(ascii: ";")) ?? value.endIndex
        let name = value[..<semicolon].filter { $0 > 0x20 }.map(TokenShape.lowercased)
        if name.starts(with: "multipart/".utf8), let boundary = Self.boundary(in: value[semicolon...]) {
            kind = .multipart(boundary: boundary)
        } else if name.elementsEqual("text/html".utf8) {
            kind = .text(isHTML: true)
        } else if name.elementsEqual("message/rfc822".utf8) {
            kind = .message
        } else if name.isEmpty || name.starts(with: "text".utf8) || name.starts(with: "multipart".utf8) {
            kind = .text(isHTML: false)
        } else {
            kind = .other
        }
    }

    private init(kind: Kind) {
        self.kind = kind
    }

    /// The parameter `boundary`.
    private static func boundary(in parameters: ArraySlice<UInt8>) -> [UInt8]? {
        var place = parameters.startIndex
        while place < parameters.endIndex {
            // Behind a semicolon: the name, up to `=`.
            place += 1
            var name: [UInt8] = []
            while place < parameters.endIndex, parameters[place] != UInt8(ascii: "="),
                parameters[place] != UInt8(ascii: ";")
            {
                if parameters[place] > 0x20 { name.append(TokenShape.lowercased(parameters[place])) }
                place += 1
            }
            guard place < parameters.endIndex, parameters[place] == UInt8(ascii: "=") else { continue }
            place += 1
            while place < parameters.endIndex, parameters[place] <= 0x20 { place += 1 }
            var value: [UInt8] = []
            if place < parameters.endIndex, parameters[place] == UInt8(ascii: "\"") {
                place += 1
                while place < parameters.endIndex, parameters[place] != UInt8(ascii: "\"") {
                    if parameters[place] == UInt8(ascii: "\\"), place + 1 < parameters.endIndex { place += 1 }
                    value.append(parameters[place])
                    place += 1
                }
                while place < parameters.endIndex, parameters[place] != UInt8(ascii: ";") { place += 1 }
            } else {
                while place < parameters.endIndex, parameters[place] != UInt8(ascii: ";") {
                    if parameters[place] > 0x20 { value.append(parameters[place]) }
                    place += 1
                }
            }
            if name.elementsEqual("boundary".utf8) {
                while value.last == 0x20 { value.removeLast() }
                return value.isEmpty || value.count > longestBoundary ? nil : value
            }
        }
        return nil
    }
}
