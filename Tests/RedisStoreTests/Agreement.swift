import ClientLab
import RedisStore
import Testing

/// Waits until something is so, for half a minute at most.
func eventually(_ what: String, _ condition: () -> Bool, _ location: SourceLocation = #_sourceLocation) {
    let isSo = Poll.until(.after(.seconds(30)), condition)
    #expect(isSo, "not within 30 s: \(what)", sourceLocation: location)
}

/// Waits until all are connected.
func connected(_ nodes: SharingNode...) {
    for node in nodes { eventually("mx\(node.number) connected") { node.sharing.status.isConnected } }
}

/// Waits until all remember the same.
func agree(_ nodes: SharingNode..., location: SourceLocation = #_sourceLocation) {
    eventually("all know the same", { nodes.allSatisfy { $0.contents == nodes[0].contents } }, location)
    if !nodes.allSatisfy({ $0.contents == nodes[0].contents }) {
        for node in nodes { print("mx\(node.number)", node.contents.prefix(20), node.sharing.status, node.told) }
    }
}
