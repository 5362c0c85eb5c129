// The sink's session is compiled together with this, without the files that stand at sockets.
import Dialects
import SMTP

/// A client of the sink: any bytes in any pieces, pauses and ends, while variations are played.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzSink(_ start: UnsafePointer<UInt8>, _ count: Int) -> CInt {
    var input = FuzzInput(start, count)
    let mode: SinkMode = input.byte() & 1 == 0 ? .learn : .safe
    let script = (0..<3).map { _ in
        ScriptedVariation(VariationCatalogue.all[input.number16() % VariationCatalogue.all.count])
    }
    let limits = SinkLimits(mode: mode)
    var plan = SessionPlan(
        settings: SessionPlan.Settings(mode: mode, offer: ServiceOffer(ServiceOffer.Extension.allCases)),
        choice: .script(script), client: ProbedClient(address: ClientAddress(ipv4: 0xc000_0205)))
    var now: UInt64 = 0
    var isClosed = false
    func hand(_ event: SessionPlan.Event) {
        for action in plan.handle(event, at: now) {
            require(!isClosed, "something is done after the end")
            switch action {
            case .send(let bytes): require(bytes.count <= 1 << 16, "a reply is too long")
            case .beginTLS: if input.byte() & 1 == 0 { hand(.tlsBegan(version: "x", cipher: "y")) }
            case .close: isClosed = true
            }
        }
    }
    hand(.opened)
    while !input.isEmpty {
        let control = input.byte()
        switch control & 7 {
        case 0: now += UInt64(input.byte()) << 16
        case 1: if let wake = plan.wakeTime { now = max(now, wake) }
        case 2: if control & 0xf8 == 0xf8 { hand(.inputClosed) } else { hand(.wake) }
        case 3: if control & 0xf8 == 0xf8 { hand(.draining) }
        default: hand(.received(input.bytes(Int(input.byte()))[...]))
        }
        require(plan.events.byteCount <= limits.recordedBytes + 4_096, "a recording is beyond its limit")
        require(plan.isOver || plan.wakeTime != nil, "a session waits for ever")
    }
    let transcript = plan.transcript(id: "1", source: "fuzz", began: 1, peers: SessionPeers(), label: nil, kind: nil)
    require(zip(transcript.events, transcript.events.dropFirst()).allSatisfy { $0.time <= $1.time }, "time goes back")
    return 0
}
