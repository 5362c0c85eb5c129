private import CSpectra
private import Dispatch
private import Synchronization

/// The threads that work on one division.
final class DivisionCrew: Sendable {
    private struct Shared: Sendable {
        var division: Division
        var failure: SpectralError?
        var idle = 0
    }

    private let shared: Mutex<Shared>
    private let wake = DispatchSemaphore(value: 0)
    private let options: DivideOptions
    private let isCancelled: @Sendable () -> Bool

    init(_ division: consuming Division, options: DivideOptions, isCancelled: @escaping @Sendable () -> Bool) {
        shared = Mutex(Shared(division: division))
        self.options = options
        self.isCancelled = isCancelled
    }

    /// Works until the division is done.
    func run(threads: Int) throws(SpectralError) -> Division {
        if threads == 1, !options.isInBackground {
            work()
        } else {
            // The crew outlives the call, which returns when the last thread has ended.
            unsafe argot_spectra_run_threads(
                Int32(clamping: threads), options.isInBackground ? 1 : 0,
                { context in unsafe Unmanaged<DivisionCrew>.fromOpaque(context).takeUnretainedValue().work() },
                Unmanaged.passUnretained(self).toOpaque())
        }
        let (failure, division) = shared.withLock { ($0.failure, $0.division) }
        if let failure { throw failure }
        return division
    }

    private func work() {
        while true {
            let step = shared.withLock { shared -> Division.Step in
                guard shared.failure == nil else { return .done }
                let step = shared.division.next()
                if case .wait = step { shared.idle += 1 }
                return step
            }
            switch step {
            case .done: return
            case .wait: wake.wait()
            case .cut(let node):
                guard let result = cut(node) else { return }
                let sleepers = shared.withLock { shared -> Int in
                    switch result {
                    case .success(let cut): shared.division.finish(node, cut)
                    case .failure(let error): shared.failure = shared.failure ?? error
                    }
                    defer { shared.idle = 0 }
                    return shared.idle
                }
                for _ in 0..<sleepers { wake.signal() }
            }
        }
    }

    private func cut(_ node: Int) -> Result<Cut, SpectralError>? {
        guard var taken = shared.withLock({ $0.division.take(node) }) else { return nil }
        guard !isCancelled() else { return .failure(.cancelled) }
        do throws(SpectralError) {
            return .success(try Cut.of(&taken.block, isConnected: taken.isConnected, options: options))
        } catch {
            return .failure(error)
        }
    }
}
