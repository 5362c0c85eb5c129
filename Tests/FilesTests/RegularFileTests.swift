import Files
import Foundation
import Glibc
import ScratchFiles
import Testing

@Suite("What lies in a regular file")
struct RegularFileTests {
    @Test("is compared whole, and read from its beginning, through links too")
    func contents() throws {
        let scratch = try Scratch()
        let file = try scratch.write("file", "hello\n")
        try FileManager.default.createSymbolicLink(atPath: scratch.path + "/link", withDestinationPath: file)
        for path in [file, scratch.path + "/link"] {
            #expect(RegularFile.holds(Array("hello\n".utf8), at: path))
            #expect(RegularFile.beginning(of: path, upTo: 3) == Array("hel".utf8))
        }
        for other in ["", "hello", "hello\n\n", "jello\n"] { #expect(!RegularFile.holds(Array(other.utf8), at: file)) }
        #expect(RegularFile.holds([], at: try scratch.write("empty", "")))
    }

    @Test("there is nothing in what is not one, and nobody waits for it", .timeLimit(.minutes(1)))
    func others() throws {
        let scratch = try Scratch()
        #expect(mkfifo(scratch.path + "/pipe", 0o600) == 0)
        for path in [scratch.path + "/pipe", scratch.path, scratch.path + "/none", "/dev/null"] {
            #expect(RegularFile.beginning(of: path, upTo: 9) == nil && !RegularFile.holds([], at: path), "\(path)")
        }
    }
}
