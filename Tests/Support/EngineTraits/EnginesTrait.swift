import FakeMTA
public import Testing

/// Runs a test once with each milter engine, under milter-probe or argotd.
public struct EnginesTrait: SuiteTrait, TestTrait, TestScoping {
    /// Whether the tests of a suite have it too.
    public let isRecursive = true

    /// Scopes cases only.
    public func scopeProvider(for test: Test, testCase: Test.Case?) -> Self? { testCase == nil ? nil : self }

    /// Repeats the case.
    public func provideScope(
        for test: Test, testCase: Test.Case?, performing function: @Sendable () async throws -> Void
    ) async throws {
        for engine in EngineUnderTest.allCases {
            try await EngineUnderTest.$current.withValue(engine, operation: function)
        }
    }
}

extension Trait where Self == EnginesTrait {
    /// On libmilter, then on the native engine.
    public static var bothEngines: Self { EnginesTrait() }
}
