extension FakeMTASession {
    /// The greatest piece of a body that an MTA sends.
    public static let bodyChunkSize = 65535

    /// One header. The value keeps what stands behind the colon; without ``MilterSteps/leadingSpace`` the MTA eats the
    /// first blank.
    public func header(
        _ name: String, _ value: String, macros extra: MacroSet = [:]
    ) throws(FakeMTAError) -> MilterAnswer {
        let shown =
            value.hasPrefix(" ") && !negotiated.steps.contains(.leadingSpace) ? String(value.dropFirst()) : value
        return try ask(.header, MilterPacket.terminated([name, shown]), extra)
    }

    /// The end of the headers.
    public func endOfHeaders(macros extra: MacroSet = [:]) throws(FakeMTAError) -> MilterAnswer {
        try ask(.endOfHeaders, [], extra)
    }

    /// A piece of the body of at most ``bodyChunkSize`` bytes.
    public func body(_ bytes: [UInt8], macros extra: MacroSet = [:]) throws(FakeMTAError) -> MilterAnswer {
        try ask(.body, bytes, extra)
    }

    /// The end of the message; afterwards the session is ready for the next one.
    public func endOfMessage(macros extra: MacroSet = [:]) throws(FakeMTAError) -> MilterAnswer {
        let answer = try ask(.endOfMessage, [], extra)
        endMessage()
        return answer
    }

    /// What the MTA does after the client's final dot: headers, end of headers, body pieces, end of message, up to the
    /// first refusal.
    ///
    /// - Returns: the answer that decided. The message is over in any case.
    public func message(_ content: MessageContent) throws(FakeMTAError) -> MilterAnswer {
        defer { endMessage() }
        for header in content.headers {
            let answer = try self.header(header.name, header.value)
            if answer.endsMessage { return answer }
        }
        let answer = try endOfHeaders()
        if answer.endsMessage { return answer }
        var rest = content.body[...]
        while !rest.isEmpty {
            let answer = try body(Array(rest.prefix(FakeMTASession.bodyChunkSize)))
            if answer.endsMessage { return answer }
            rest = rest.dropFirst(FakeMTASession.bodyChunkSize)
        }
        return try endOfMessage()
    }
}

extension MilterAnswer {
    fileprivate var endsMessage: Bool { isRefusal || verdict == .accept || verdict == .discard }
}
