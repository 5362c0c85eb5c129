import Foundation
import Memory
import ScratchFiles
import Testing

@testable import Daemon

/// What was learned for lies outlives a restart.
@Suite("The share of unknown recipients, kept")
struct LieShareFileTests {
    @Test func whatWasWrittenIsRead() throws {
        let scratch = try Scratch()
        let file = LieShareFile(path: scratch.path + "/lies.share")
        #expect(file.read() == nil)
        file.write(nil)
        #expect(file.read() == nil)
        let learning = RequestShares.Learning(day: 19_675, asked: 1_234.5, unknown: 33.25)
        file.write(learning)
        #expect(file.read() == learning)
    }

    @Test(arguments: ["", "1 2", "1 2 3 4", "x 2 1", "1 2 3", "-1 2 1", "1 nan 0", "1 inf 1", "1 1e300 0", "1 5 -1"])
    func anythingElseIsLeftOut(text: String) throws {
        let scratch = try Scratch()
        let path = try scratch.write("lies.share", text)
        #expect(LieShareFile(path: path).read() == nil)
    }
}
