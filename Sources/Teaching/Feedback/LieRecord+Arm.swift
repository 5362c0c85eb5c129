internal import Memory

extension LieRecord {
    var isTold: Bool { true }
}
