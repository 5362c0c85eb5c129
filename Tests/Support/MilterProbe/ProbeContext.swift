import Milter

/// What the probe needs of the contexts, alike at the end of the message and before.
protocol ProbeContext: ~Copyable {
    func macro(_ macro: MilterMacro) -> String?
    func progress() -> Bool
    func apply(_ change: ProbeAnswer.Change) throws(MilterError)
}

extension MilterContext: ProbeContext {
    func apply(_ change: ProbeAnswer.Change) throws(MilterError) {
        preconditionFailure("the options allow changes at the end of the message only")
    }
}

extension MilterMessageContext: ProbeContext {
    func apply(_ change: ProbeAnswer.Change) throws(MilterError) {
        switch change {
        case .addHeader(let name, let value): try add(header(name, value))
        case .insertHeader(let index, let name, let value): try insert(header(name, value), at: index)
        case .changeHeader(let name, let index, let value):
            if value.isEmpty {
                try deleteHeader(named: name, occurrence: index)
            } else {
                try self.change(header(name, value), occurrence: index)
            }
        case .quarantine(let reason): try quarantine(reason: reason)
        case .sender(let address): try changeSender(to: address)
        case .addRecipient(let address): try addRecipient(address)
        case .deleteRecipient(let address): try deleteRecipient(address)
        case .body(let text): try replaceBody(with: Array(text.utf8))
        }
    }

    /// The options give what stands behind the colon, as reference-filter's do; the room wants it without the blank.
    private func header(_ name: String, _ value: String) throws(MilterError) -> MilterHeader {
        try MilterHeader(name: name, value: value.hasPrefix(" ") ? String(value.dropFirst()) : value)
    }
}
