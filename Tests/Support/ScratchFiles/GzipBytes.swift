import Foundation

/// Packs text as gzip does, without making it smaller.
public enum GzipBytes {
    /// The packed text, in blocks of 65,535 bytes.
    public static func packed(_ text: String) -> Data {
        let bytes = Array(text.utf8)
        var data = Data([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255])
        var rest = bytes[...]
        repeat {
            let block = rest.prefix(65_535)
            rest = rest.dropFirst(65_535)
            data.append(rest.isEmpty ? 1 : 0)
            for number in [UInt16(block.count), ~UInt16(block.count)] { data.append(littleEndian: number) }
            data.append(contentsOf: block)
        } while !rest.isEmpty
        var checksum: UInt32 = .max
        for byte in bytes {
            checksum ^= UInt32(byte)
            for _ in 0..<8 { checksum = checksum & 1 == 1 ? checksum >> 1 ^ 0xedb8_8320 : checksum >> 1 }
        }
        data.append(littleEndian: ~checksum)
        data.append(littleEndian: UInt32(bytes.count))
        return data
    }
}

extension Data {
    fileprivate mutating func append(littleEndian number: some FixedWidthInteger) {
        var rest = number
        for _ in 0..<MemoryLayout.size(ofValue: number) {
            append(UInt8(truncatingIfNeeded: rest))
            rest >>= 8
        }
    }
}
