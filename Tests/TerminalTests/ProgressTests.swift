import Testing

@testable import Terminal

struct ProgressTests {
    @Test("The bar shows share, amount, rate and time left, and keeps to its width")
    func bar() {
        let half = Progress.text(
            label: "big.pcap", done: 1_000_000_000, total: 2_000_000_000, unit: .bytes, after: .seconds(10))
        #expect(half == "big.pcap [############------------] 50 % 1.0 GB 100 MB/s 0:10 left")
        let start = Progress.text(label: "x", done: 0, total: 10, unit: .things("sessions"), after: .zero)
        #expect(start == "x [------------------------] 0 % 0 sessions 0 sessions/s -:-- left")
        let open = Progress.text(label: "-", done: 1_500, total: nil, unit: .bytes, after: .milliseconds(500))
        #expect(open == "- 1.5 kB 3.0 kB/s")
        let long = Progress.text(
            label: String(repeating: "n", count: 300), done: .max, total: 7, unit: .bytes, after: .nanoseconds(1))
        #expect(long.count <= 100 && long.contains(" 100 % "))
        let slow = Progress.text(label: "x", done: 1, total: 100_000, unit: .things("files"), after: .seconds(1))
        #expect(slow.hasSuffix(" 27:46:39 left"))
    }
}
