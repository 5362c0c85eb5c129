import FakeMTA
import Testing

/// Runs a test once with each engine under milter-probe.
struct EnginesTrait: SuiteTrait, TestTrait, TestScoping {
    let isRecursive = true

    func scopeProvider(for test: Test, testCase: Test.Case?) -> Self? { testCase == nil ? nil : self }

    func provideScope(
        for test: Test, testCase: Test.Case?, performing function: @Sendable () async throws -> Void
    ) async throws {
        for engine in EngineUnderTest.allCases {
            try await EngineUnderTest.$current.withValue(engine, operation: function)
        }
    }
}

extension Trait where Self == EnginesTrait {
    /// On libmilter, then on the native engine.
    static var bothEngines: Self { EnginesTrait() }
}
