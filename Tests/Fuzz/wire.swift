import SMTP
import Wire

/// Both sides of a conversation, any bytes in any pieces: read as they came and byte by byte the steps are the same but for
/// what they say of segments, and what is written down of them stays within its limits.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzWire(_ start: UnsafePointer<UInt8>, _ count: Int) -> CInt {
    var input = FuzzInput(start, count)
    let hearing: WireReader.Hearing = [.bothSides, .bothSides, .client, .commands][Int(input.byte() & 3)]
    let limits = WireRecorder.Limits(events: 12, bytes: 300, contentBytes: 20)
    var whole = WireReader(hearing: hearing)
    var single = WireReader(hearing: hearing)
    var recorder = WireRecorder(limits: limits, beginsMidway: input.byte() & 1 == 1)
    var steps: [WireStep] = []
    var singleSteps: [WireStep] = []
    while !input.isEmpty {
        let control = input.byte()
        let kind: SessionEvent.Kind
        switch control & 15 {
        case 0: kind = .clientGap
        case 1: kind = .serverGap
        case 2: kind = control & 0xf0 == 0xf0 ? .encrypted : .tls
        case 3...8: kind = hearing == .bothSides ? .server : .client
        default: kind = .client
        }
        let bytes = input.bytes(Int(input.byte()))
        recorder.take(kind, bytes[...], at: 0)
        steps += whole.take(kind, bytes[...], at: 0)
        if kind == .client || kind == .server {
            for index in bytes.indices { singleSteps += single.take(kind, bytes[index...index], at: 0) }
        } else {
            singleSteps += single.take(kind, bytes[...], at: 0)
        }
    }
    steps += whole.finish(at: 0)
    singleSteps += single.finish(at: 0)
    recorder.finish()
    require(steps.map(withoutSegments) == singleSteps.map(withoutSegments), "a cut changes what is read")
    require(recorder.events.count <= 12 && recorder.events.byteCount <= 300, "a recording is beyond its limits")
    return 0
}

private func withoutSegments(_ step: WireStep) -> WireStep {
    guard case .message(var message) = step else { return step }
    message.opensSegment = true
    message.segmentCount = 1
    message.hasLoneDot = false
    return .message(message)
}
