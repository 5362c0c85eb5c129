// The duel of both milter engines (Tests/Support/EngineDuel) is compiled together with this.

/// A mail server that sends anything to a filter that answers anything: libmilter and the native engine do the same.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzEngines(_ start: UnsafePointer<UInt8>, _ count: Int) -> CInt {
    if let difference = Duel.difference(Array(UnsafeBufferPointer(start: start, count: count))) {
        fatalError(difference)
    }
    return 0
}
