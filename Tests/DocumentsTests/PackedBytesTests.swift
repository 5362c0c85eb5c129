import Documents
import Testing

/// What is written one after the other is read back, or refused.
struct PackedBytesTests {
    @Test(arguments: [0, 1, 127, 128, 16_383, 16_384, 1 << 40])
    func numbers(number: Int) throws {
        var writer = PackedWriter(form: 9, capacity: 0)
        writer.add(number: number)
        var reader = try #require(PackedReader(writer.bytes, form: 9))
        #expect(reader.number(upTo: number) == number && reader.isAtEnd)
        var strict = try #require(PackedReader(writer.bytes, form: 9))
        #expect(strict.number(upTo: number - 1) == nil)
    }

    @Test func values() throws {
        var writer = PackedWriter(form: 1, capacity: 64)
        writer.add(7)
        writer.add(number: -5)
        writer.add(fixed: 0x0102_0304_0506_0708)
        writer.add(string: [1, 2][...])
        writer.add(optional: nil)
        writer.add(optional: [])
        writer.add(optional: [3])
        #expect(writer.bytes == [1, 7, 0, 1, 2, 3, 4, 5, 6, 7, 8, 2, 1, 2, 0, 1, 2, 3])
        var reader = try #require(PackedReader(writer.bytes, form: 1))
        #expect(reader.byte() == 7 && reader.number(upTo: 9) == 0 && reader.fixed() == 0x0102_0304_0506_0708)
        #expect(reader.string(upTo: 2) == [1, 2])
        #expect(
            reader.optional(upTo: 9) == .some(nil) && reader.optional(upTo: 9) == [] && reader.optional(upTo: 9) == [3])
        #expect(reader.isAtEnd && reader.byte() == nil && reader.number(upTo: 9) == nil && reader.fixed() == nil)
    }

    @Test(
        "what is cut off, too long or of another form is refused", arguments: [[], [2, 1], [1, 0x80], [1, 5, 1, 2]])
    func refused(bytes: [UInt8]) {
        guard var reader = PackedReader(bytes, form: 1) else {
            #expect(bytes.first != 1)
            return
        }
        #expect(reader.string(upTo: 100) == nil)
        var long = PackedReader([1] + [UInt8](repeating: 0xff, count: 20), form: 1)
        #expect(long?.number(upTo: .max) == nil)
    }
}
