import CMilter
import Milter
import SMTP

/// The thirteen callbacks: fetch the session, convert, call one method, turn its answer into a status.
///
/// They are plain C functions outside any actor, since libmilter calls them on threads of its own. A session without a
/// box (libmilter refused it, or the peer skipped negotiation and CONNECT) is left alone: the mail continues.
enum CallbackTable {
    static func make() -> argot_milter_callbacks {
        // unsafe: C function pointers; every pointer argument is used within its call only.
        unsafe argot_milter_callbacks(
            negotiate: { context, session, actions, steps, wantedActions, wantedSteps in
                guard let context = unsafe context, let wantedActions = unsafe wantedActions,
                    let wantedSteps = unsafe wantedSteps, let server = LibmilterEngine.registered
                else { return .goOn }
                let wanted = server.negotiation()
                let agreement = wanted.agreed(
                    actions: UInt32(truncatingIfNeeded: actions), steps: UInt32(truncatingIfNeeded: steps))
                unsafe wantedActions.pointee = UInt(agreement.actions)
                unsafe wantedSteps.pointee = UInt(agreement.steps)
                if agreement.takesMacroLists {
                    for (stage, names) in wanted.macroLists {
                        unsafe _ = argot_milter_set_macros(context, stage.rawValue, names)
                    }
                }
                // A peer that negotiates twice begins anew; what it had before is over.
                unsafe SessionBox.detach(from: context, session)?.session?.close()
                unsafe _ = SessionBox.attach(to: context, server: server, agreement: agreement)
                return .goOn
            },
            connect: { context, session, host, length, peer in
                guard let context = unsafe context, let peer = unsafe peer?.pointee,
                    let server = LibmilterEngine.registered
                else { return .goOn }
                guard
                    let box = unsafe SessionBox.at(session)
                        ?? SessionBox.attach(to: context, server: server, agreement: .none)
                else { return .accept }
                if let previous = box.session {
                    // A peer that connects twice begins anew, in the same place.
                    previous.close()
                } else if !server.places.take() {
                    return .accept
                }
                let view = MilterContext(box)
                box.mta = MTA(versionMacro: view.macro(.version))
                let session = server.makeSession()
                box.session = session
                let name = unsafe String(decoding: UnsafeBufferPointer(start: host, count: length), as: UTF8.self)
                switch session.connect(MilterPeer(hostName: name, origin: origin(of: peer)), view) {
                case .continue: return .goOn
                case .accept: return .accept
                case .reject: return .reject
                case .tempfail: return .tempfail
                case .refuse(let reply): return box.status(of: reply)
                }
            },
            helo: { _, session, name, length in
                unsafe command(session, name, length) { session, name, context in session.helo(name, context) }
            },
            mail: { _, session, arguments, length in
                unsafe command(session, arguments, length) { session, arguments, context in
                    session.mail(arguments, context)
                }
            },
            recipient: { _, session, arguments, length in
                unsafe command(session, arguments, length) { session, arguments, context in
                    session.recipient(arguments, context)
                }
            },
            data: { _, session in
                guard let box = unsafe SessionBox.at(session) else { return .goOn }
                box.session?.data(MilterContext(box))
                return .goOn
            },
            unknown: { _, session, text, length in
                guard let box = unsafe SessionBox.at(session), let session = box.session else { return .goOn }
                let view = MilterContext(box)
                switch unsafe session.unknown(buffer(text, length).span, view) {
                case .continue: return .goOn
                case .refuse(let reply): return box.status(of: reply)
                }
            },
            header: { _, session, field, length, nameLength in
                guard let box = unsafe SessionBox.at(session) else { return .goOn }
                let view = MilterContext(box)
                let response =
                    unsafe box.session?.header(buffer(field, length).span, nameLength: nameLength, view) ?? .continue
                return box.agreement.isUnanswered(.header) ? .noReply : box.status(of: response)
            },
            end_of_headers: { _, session in
                guard let box = unsafe SessionBox.at(session) else { return .goOn }
                let view = MilterContext(box)
                let response = box.session?.endOfHeaders(view) ?? .continue
                return box.agreement.isUnanswered(.endOfHeaders) ? .noReply : box.status(of: response)
            },
            body: { _, session, chunk, length in
                guard let box = unsafe SessionBox.at(session), let session = box.session else { return .goOn }
                let view = MilterContext(box)
                switch unsafe session.body(buffer(chunk, length).span, view) {
                case .continue: return .goOn
                case .skip: return box.agreement.canSkip ? .skip : .goOn
                case .accept: return .accept
                case .discard: return .discard
                case .reject: return .reject
                case .tempfail: return .tempfail
                case .refuse(let reply): return box.status(of: reply)
                }
            },
            end_of_message: { _, session in
                guard let box = unsafe SessionBox.at(session), let session = box.session else { return .goOn }
                let view = MilterMessageContext(box)
                let response = session.endOfMessage(view)
                return box.status(of: response)
            },
            abort: { _, session in unsafe SessionBox.at(session)?.session?.abort() },
            close: { context, session in
                guard let context = unsafe context else { return }
                unsafe SessionBox.detach(from: context, session)?.session?.close()
            }
        )
    }
}

// The functions below stand outside the table, because a C function pointer cannot capture even a type.

private func command(
    _ pointer: UnsafeMutableRawPointer?, _ bytes: UnsafePointer<UInt8>?, _ length: Int,
    _ body: (any MilterSession, Span<UInt8>, borrowing MilterContext) -> MilterResponse
) -> Int32 {
    guard let box = unsafe SessionBox.at(pointer), let session = box.session else {
        return .goOn
    }
    let view = MilterContext(box)
    return unsafe box.status(of: body(session, buffer(bytes, length).span, view))
}

/// The bytes of one callback. libmilter owns the memory, which stays valid until the callback returns; sessions see
/// it as a span, which they cannot keep.
private func buffer(_ start: UnsafePointer<UInt8>?, _ count: Int) -> UnsafeBufferPointer<UInt8> {
    unsafe UnsafeBufferPointer(start: start, count: count)
}

private func origin(of peer: argot_milter_peer) -> MilterPeer.Origin {
    let bytes = peer.address
    switch UInt32(bitPattern: peer.family) {
    case ARGOT_MILTER_FAMILY_INET.rawValue:
        let bits = [bytes.0, bytes.1, bytes.2, bytes.3].reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
        return .network(ClientAddress(ipv4: bits), port: peer.port)
    case ARGOT_MILTER_FAMILY_INET6.rawValue:
        // unsafe: reads a fixed-size C array as its 16 bytes.
        let bits = unsafe withUnsafeBytes(of: bytes) { unsafe $0.reduce(UInt128(0)) { $0 << 8 | UInt128($1) } }
        return .network(ClientAddress(ipv6: bits), port: peer.port)
    case ARGOT_MILTER_FAMILY_UNIX.rawValue: return .local
    default: return .unknown
    }
}
