import Foundation
import Testing

/// The model that Argot ships is what the lab's recordings and facts give.
@Suite("The shipped model")
struct ShippedModelTests {
    @Test("contrib/lab/build-model --check finds what is shipped")
    func isBuiltFromTheLab() throws {
        let process = Process()
        process.executableURL = repository.appending(path: "contrib/lab/build-model")
        process.arguments = ["--check"]
        process.environment = ProcessInfo.processInfo.environment.merging(["ARGOT": Argot.executable.path]) { $1 }
        let pipe = Pipe()
        process.standardOutput = pipe
        process.standardError = pipe
        try process.run()
        let words = String(decoding: try pipe.fileHandleForReading.readToEnd() ?? Data(), as: UTF8.self)
        process.waitUntilExit()
        #expect(process.terminationStatus == 0, "\(words)")
        #expect(words.contains("is what the recordings and facts give"))
    }
}
