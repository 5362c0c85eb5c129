import Documents
import SMTP

/// Reads a model document statement by statement.
struct EnvelopeModelReader: SignedStatementReader {
    private struct Part {
        var bias: Double?
        var border: Double?
        var calibration: (slope: Double, offset: Double)?
        var weights: [TextToken: Double] = [:]
    }

    var notes: DocumentNotes
    private var origin: EnvelopeModel.Origin?
    private var moment: EnvelopeMoment?
    private var parts: [EnvelopeMoment: Part] = [:]
    private var weightCount = 0

    static let longestLine = EnvelopeModelDocument.longestLine
    static let kind = "an envelope model"
    static let signature = EnvelopeModelDocument.signature
    static let remedy = "train it again"

    init(file: String) { notes = DocumentNotes(file: file, mostFaults: EnvelopeModelDocument.mostFaults) }

    mutating func take(_ statement: Statement) -> Bool {
        let words = statement.words
        switch statement.verb {
        case "origin": readOrigin(words)
        case "moment": readMoment(words)
        case "bias", "calibration", "border", "weight": readNumbers(statement.verb, words)
        default:
            fault(
                "unknown statement \"\(statement.verb.prefix(40))\": origin, moment, bias, calibration, border or weight "
                    + "is meant")
        }
        return true
    }

    /// The model, or what is wrong.
    mutating func finish() throws(DocumentFaults) -> EnvelopeModel {
        if !hasBegun, notes.isSound { fault("the file is empty: train a model first") }
        if notes.isSound, origin == nil { fault("the origin is missing: is the file complete?") }
        var built: [EnvelopeMoment: MomentModel] = [:]
        for moment in EnvelopeMoment.allCases where notes.isSound {
            guard let part = parts[moment], let bias = part.bias, let calibration = part.calibration else {
                fault("bias or calibration for \(moment.rawValue) is missing: is the file complete?")
                continue
            }
            built[moment] = MomentModel(
                bias: bias, slope: calibration.slope, offset: calibration.offset, border: part.border,
                weights: part.weights.map { ($0.key, $0.value) })
        }
        guard notes.isSound, let origin, let before = built[.beforeData], let after = built[.afterHeaders] else {
            throw DocumentFaults(notes.faults)
        }
        return EnvelopeModel(origin: origin, beforeData: before, afterHeaders: after)
    }

    private mutating func readOrigin(_ words: [Substring]) {
        let numbers = words.compactMap { Int($0) }.filter { $0 >= 0 }
        guard words.count == 7, numbers.count == 4, words[1] == "spam", words[4] == "honest" else {
            fault("four counts are expected: \"origin spam MAILS SENDERS honest MAILS SENDERS\"")
            return
        }
        guard origin == nil else { return fault("the origin is given twice: remove one") }
        origin = EnvelopeModel.Origin(
            spamMails: numbers[0], spamSenders: numbers[1], honestMails: numbers[2], honestSenders: numbers[3])
    }

    private mutating func readMoment(_ words: [Substring]) {
        guard words.count == 2, let moment = EnvelopeMoment(rawValue: String(words[1])) else {
            fault("a moment is expected: before-data or after-headers")
            return
        }
        guard parts[moment] == nil else { return fault("\(moment.rawValue) is given twice: remove one") }
        self.moment = moment
        parts[moment] = Part()
    }

    private mutating func readNumbers(_ verb: Substring, _ words: [Substring]) {
        guard let moment, var part = parts.removeValue(forKey: moment) else {
            fault("\"\(verb)\" is before the first moment: move it down")
            return
        }
        defer { parts[moment] = part }
        switch (verb, words.count) {
        case ("border", 2):
            guard let value = number(words[1]) else { return }
            if part.border != nil { fault("the border is given twice: remove one") }
            part.border = value
        case ("bias", 2):
            guard let value = number(words[1]) else { return }
            if part.bias != nil { fault("the bias is given twice: remove one") }
            part.bias = value
        case ("calibration", 3):
            guard let slope = number(words[1]), let offset = number(words[2]) else { return }
            if slope <= 0 { fault("the slope must be greater than 0: train again") }
            if part.calibration != nil { fault("the calibration is given twice: remove one") }
            part.calibration = (slope, offset)
        case ("weight", 4):
            guard let group = FeatureGroup(word: words[1]) else {
                fault("unknown question \"\(words[1].prefix(40))\": was the model made by a newer version?")
                return
            }
            guard moment == .afterHeaders || group.family.isKnownBeforeData else {
                fault("\(group.word) is not known before DATA: move the line to after-headers")
                return
            }
            guard let answer = EnvelopeModelDocument.unescaped(words[2]) else {
                fault("\"%\" must be followed by two hexadecimal digits")
                return
            }
            guard let weight = number(words[3]) else { return }
            weightCount += 1
            guard weightCount <= EnvelopeModelDocument.mostWeights else {
                fault("more than \(EnvelopeModelDocument.mostWeights) weights: is this an envelope model?")
                return
            }
            if part.weights.updateValue(weight, forKey: TextToken(group, answer)) != nil {
                fault("the answer has a weight already: remove one of the lines")
            }
        default: fault("\"\(verb)\" has the wrong number of words: see the format's description")
        }
    }

    /// A finite number of sensible size.
    private mutating func number(_ word: Substring) -> Double? {
        guard let value = Double(word), value.isFinite, abs(value) <= 1000 else {
            fault("\"\(word.prefix(40))\" is not a number from -1000 to 1000")
            return nil
        }
        return value
    }
}
