import Examples
import Keeping
import KeyedHashing
import Memory
import Policy
import SMTP
import Testing

/// A store in memory, from both sides. What every store has to do is tested in `StoreContractTests`, over this one too.
@Suite("Example: a store")
struct StoreExampleTests {
    @Test func whatTheDaemonKeepsTheCommandLineFinds() throws {
        let store = MemoryStore(key: try HashingKey(bytes: 0..<32))
        let (keeper, data) = (store as any Keeper, store as any DataStore)
        let noon = UnixTime(seconds: 1_700_000_000)
        let entry = GreylistEntry(firstSeen: noon, lastSeen: noon + 70, hasPassed: true)
        keeper.submit(.memory(.greylist(KeyedHash(bits: 1), entry)))
        #expect(keeper.flush())
        #expect(try data.loadState().greylist.map(\.entry) == [entry])
        #expect(keeper.close())
    }
}
