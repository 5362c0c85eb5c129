import SMTP

extension EnvelopeObserver {
    /// HELO against the reverse name.
    enum Relation: String {
        /// There is no reverse name.
        case nameless

        /// They are the same.
        case equal

        /// They belong to one organisation.
        case organisation

        /// The organisations' first labels are the same: `example.net` and `example.de`.
        case label

        /// They have nothing in common.
        case different

        /// HELO gives no name with dots, so that there is nothing to compare.
        case incomparable
    }

    /// Hands the answers that are known before DATA to `visit`. O(lengths of HELO, reverse name and sender's domain).
    @inline(__always)
    func visitBeforeData<Token: FeatureToken>(_ visit: (Token) -> Void) {
        /// One word or two as an answer.
        @inline(__always)
        func say(_ group: FeatureGroup, _ word: String, _ second: String = "", _ third: String = "") {
            var token = Token(group)
            token.append(word)
            if !second.isEmpty {
                token.append(UInt8(ascii: "+"))
                token.append(second)
            }
            if !third.isEmpty {
                token.append(UInt8(ascii: "+"))
                token.append(third)
            }
            visit(token)
        }
        @inline(__always)
        func count(_ group: FeatureGroup, _ number: Int, atMost limit: Int) {
            var token = Token(group)
            token.append(digit: min(number, limit))
            visit(token)
        }

        let state = nameState
        let kind = nameKind
        say(.nameState, state)
        say(.nameKind, kind)
        if let name {
            count(.nameLabels, name.labels, atMost: 7)
            count(.nameDigits, name.hostDigits, atMost: 8)
            count(.nameLength, name.bytes.count / 8, atMost: 6)
            count(.nameHyphens, name.hostHyphens, atMost: 4)
            say(.nameRole, name.role.rawValue)
        }
        guard let helo, let heloShape else { return }
        let form = formWord(heloShape)
        let relation = relation(helo, heloShape)
        say(.heloForm, form)
        say(.relation, relation.rawValue)
        say(.formState, form, state)
        say(.relationKind, relation.rawValue, kind)
        say(.relationState, relation.rawValue, state)
        if let isExtended {
            let greeting = isExtended ? "ehlo" : "helo"
            say(.greeting, greeting)
            say(.greetingForm, greeting, form, relation.rawValue)
        }
        if heloShape.form == .singleLabel { visit(single(helo.bytes)) }
        if heloShape.form == .fqdn {
            count(.heloLabels, helo.labels, atMost: 5)
            count(.heloDigits, helo.hostDigits, atMost: 4)
            count(.heloLength, helo.bytes.count / 6, atMost: 6)
            count(.heloVowels, vowels(in: helo.organisationLabel), atMost: 5)
            say(.heloTopLevel, topLevel(of: helo))
            say(.heloRole, helo.role.rawValue)
            let parts = client.map { helo.addressParts(of: $0) } ?? 0
            say(.heloAddress, parts >= 3 ? "own" : helo.hostDigits >= 6 ? "digits" : "none")
            if helo.labels == 2 { say(.bareDomain, relation.rawValue) }
        }
        if heloHasUpperCase { say(.heloCase, heloShape.traits.contains(.uppercase) ? "upper" : "mixed", form) }
        if heloShape.traits.contains(.underscore) { say(.heloUnderscore, "yes") }
        switch sender {
        case .unknown: break
        case .null: say(.sender, "null")
        case .domain(let domain):
            let word: String
            if domain.bytes == helo.bytes {
                word = "helo"
            } else if domain.organisation == helo.organisation {
                word = "helo-organisation"
            } else if let name, domain.organisation == name.organisation {
                word = "name-organisation"
            } else {
                word = "other"
            }
            say(.sender, word)
            say(.senderRelation, word, relation.rawValue, state)
        }
    }

    private var nameState: String {
        guard name != nil else { return resolution == .temporary ? "unknown" : "none" }
        return resolution == .forged ? "forged" : "ok"
    }

    private var nameKind: String {
        guard let name else { return "none" }
        switch client.map({ name.addressParts(of: $0) }) ?? 0 {
        case 4...: return "address-4"
        case 3: return "address-3"
        case 2: return "address-2"
        default: break
        }
        if name.role == .access { return "access" }
        return name.hostDigits >= 3 ? "digits" : name.hostDigits > 0 ? "numbered" : "plain"
    }

    private func formWord(_ shape: HELOShape) -> String {
        let isOther = shape.traits.contains(.otherAddress)
        return switch shape.form {
        case .fqdn: "fqdn"
        case .singleLabel: "single"
        case .bareIPv4: isOther ? "address-other" : "address-own"
        case .literalIPv4, .literalIPv6: isOther ? "literal-other" : "literal-own"
        case .localhost: "localhost"
        case .localhostLocaldomain: "localdomain"
        case .empty: "empty"
        case .malformed: "malformed"
        }
    }

    private func relation(_ helo: HostName, _ shape: HELOShape) -> Relation {
        guard let name else { return .nameless }
        if helo.bytes == name.bytes { return .equal }
        guard shape.form == .fqdn else { return .incomparable }
        if helo.organisation == name.organisation { return .organisation }
        return helo.organisationLabel == name.organisationLabel ? .label : .different
    }

    /// A name without dots: eight hexadecimal digits (an address), with digits or letters only; a quarter of its
    /// length; whether a hyphen is in it.
    @inline(__always)
    private func single<Token: FeatureToken>(_ bytes: [UInt8]) -> Token {
        var isHex = bytes.count == 8
        var hasDigit = false
        var hasHyphen = false
        for byte in bytes {
            if 0x30...0x39 ~= byte { hasDigit = true } else if !(0x61...0x66 ~= byte) { isHex = false }
            if byte == UInt8(ascii: "-") { hasHyphen = true }
        }
        var token = Token(.heloSingle)
        token.append(isHex ? "hex" : hasDigit ? "digits" : "letters")
        token.append(digit: min(bytes.count / 4, 4))
        if hasHyphen { token.append(UInt8(ascii: "-")) }
        return token
    }

    private func vowels(in label: ArraySlice<UInt8>) -> Int {
        var letters = 0
        var vowels = 0
        for byte in label where 0x61...0x7a ~= byte {
            letters += 1
            switch byte {
            case UInt8(ascii: "a"), UInt8(ascii: "e"), UInt8(ascii: "i"), UInt8(ascii: "o"), UInt8(ascii: "u"),
                UInt8(ascii: "y"):
                vowels += 1
            default: break
            }
        }
        return letters == 0 ? 0 : vowels * 5 / letters
    }

    private func topLevel(of helo: HostName) -> String {
        let label = helo.topLevel
        guard label.contains(where: { 0x61...0x7a ~= $0 }) else { return "number" }
        return HostWords.privateTopLevels.contains(PackedWord(label)) ? "private" : "public"
    }
}
