import Dialects
import Testing

@testable import Decision

/// What every open connection pays for, whatever it does. What few of them use is kept by itself.
@Suite("Memory of a session")
struct SessionSizeTests {
    @Test("stays small")
    func sizes() {
        #expect(MemoryLayout<SessionObserver>.size <= 1_700)
        #expect(MemoryLayout<Speech>.size <= 850)
        #expect(DialectMatcher.byteCount <= 480)
    }
}
