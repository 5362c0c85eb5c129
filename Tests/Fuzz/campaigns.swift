import Campaigns
import KeyedHashing
import SMTP

/// A message of any bytes, in any pieces: read as it came, byte by byte and at once its shape is the same, within its limits;
/// and grouped with others it leaves the books of a small table right.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzCampaigns(_ start: UnsafePointer<UInt8>, _ count: Int) -> CInt {
    var input = FuzzInput(start, count)
    var limits = CampaignReader.Limits()
    limits.templates = 6
    limits.bodyBytes = 4_000
    limits.valueBytes = 200
    let key = try! HashingKey(bytes: 0..<32)
    var rules = CampaignRules()
    rules.capacity = 256
    var table = CampaignTable(rules: rules)
    while !input.isEmpty {
        let control = input.byte()
        var readers = [CampaignReader](repeating: CampaignReader(key: key, limits: limits), count: 3)
        for _ in 0..<(control & 3) {
            let field = input.bytes(Int(input.byte()))
            for index in readers.indices { readers[index].take(.header, field.span) }
        }
        let body = input.bytes(control & 4 == 0 ? Int(input.byte()) : input.number16())
        let cut = max(1, Int(control >> 3))
        readers[0].take(.body, body.span)
        for start in stride(from: 0, to: body.count, by: cut) {
            readers[1].take(.body, Array(body[start..<min(start + cut, body.count)]).span)
        }
        for byte in body { readers[2].take(.body, [byte].span) }
        let shapes = readers.indices.map { readers[$0].finish() }
        require(shapes.allSatisfy { $0 == shapes[0] }, "a cut changes a shape")
        require(shapes[0].templates.count <= limits.templates, "a shape is beyond its limits")
        if control & 0xf0 == 0xf0 { table.noteGood(shapes[0], of: UInt64(control)) } else { _ = table.place(shapes[0]) }
        require(table.templateCount <= 256 && 0...table.templateCount ~= table.campaignCount, "the books are wrong")
    }
    return 0
}
