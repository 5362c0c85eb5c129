import FoundationEssentials
import SMTP
import Sessions

/// Finds one session in a file of transcripts without reading the others.
enum TranscriptSearch {
    /// The transcript of that name, the last one if there are several; `nil` without any. O(size of the file), as fast as
    /// the processor looks for a word.
    static func transcript(_ name: String, in file: String) throws -> SessionTranscript? {
        guard FileManager.default.fileExists(atPath: file) else { return nil }
        let data = try Data(contentsOf: URL(filePath: file), options: .mappedIfSafe)
        let word = Array("\"conv_id\":\(PrintableText(name).json)".utf8)
        var found: SessionTranscript?
        var start = 0
        while let place = position(of: word, in: data, from: start) {
            let line = self.line(around: place, in: data)
            let text = String(
                decoding: data[(data.startIndex + line.lowerBound)..<(data.startIndex + line.upperBound)], as: UTF8.self
            )
            if let transcript = try? TranscriptDocument.transcript(from: text, file: file, line: 1),
                transcript.id == name
            {
                found = transcript
            }
            start = line.upperBound
        }
        return found
    }

    /// Where the word stands next: Horspool's search, which looks at few of the bytes.
    private static func position(of word: [UInt8], in data: Data, from start: Int) -> Int? {
        guard let last = word.indices.last, start >= 0 else { return nil }
        var skips = [Int](repeating: word.count, count: 256)
        for index in 0..<last { skips[Int(word[index])] = last - index }
        // unsafe: the file's bytes are looked at within their bounds, while they are mapped.
        return unsafe data.withUnsafeBytes { (bytes: UnsafeRawBufferPointer) -> Int? in
            var place = start
            while place + word.count <= bytes.count {
                var index = last
                while index >= 0, unsafe bytes[place + index] == word[index] { index -= 1 }
                if index < 0 { return place }
                place += skips[Int(unsafe bytes[place + last])]
            }
            return nil
        }
    }

    private static func line(around place: Int, in data: Data) -> Range<Int> {
        let lineFeed = UInt8(ascii: "\n")
        let begin = data.startIndex + place
        let before = data[..<begin].lastIndex(of: lineFeed).map { $0 + 1 } ?? data.startIndex
        let end = data[begin...].firstIndex(of: lineFeed) ?? data.endIndex
        return (before - data.startIndex)..<(end - data.startIndex)
    }
}
