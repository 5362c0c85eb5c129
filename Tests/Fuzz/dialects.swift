import Dialects

/// Model documents: what can be read is the same when it is written and read again.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzDialects(_ start: UnsafePointer<UInt8>, _ count: Int) -> CInt {
    var input = FuzzInput(start, count)
    let text = String(decoding: input.all(), as: UTF8.self)
    guard case .success(let model) = DialectDocument.model(from: text, file: "fuzz") else { return 0 }
    let written = DialectDocument.text(for: model)
    guard case .success(let again) = DialectDocument.model(from: written, file: "fuzz") else {
        require(false, "what was written cannot be read")
        return 0
    }
    require(DialectDocument.text(for: again) == written, "a model changes when it is written")
    return 0
}
