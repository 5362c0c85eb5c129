import Glibc
import Sockets
import Synchronization

/// Switches libmilter's listening descriptor between the real socket and a stand-in that nobody connects to.
///
/// libmilter has no way to stop accepting without also stopping to answer. `dup2` onto its descriptor has: connections
/// stay in the real socket's backlog, and a connection to the stand-in wakes the listener from its five-second poll.
final class AcceptGate: Sendable {
    private let listener: SocketListener
    private let realSocket: Int32
    private let standIn: Int32
    private let isOpen = Mutex(true)
    private let accepted: OpenConnections

    init(listener: SocketListener) throws(SocketError) {
        self.listener = listener
        accepted = OpenConnections(to: listener.descriptor)
        realSocket = fcntl(listener.descriptor, F_DUPFD_CLOEXEC, 3)
        standIn = try SocketListener.socket(family: AF_UNIX)
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        // unsafe: a name of the family alone makes Linux pick a free abstract one (unix(7), autobind).
        let isBound = unsafe withUnsafePointer(to: &address) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                unsafe bind(standIn, $0, socklen_t(MemoryLayout<sa_family_t>.size)) == 0
            }
        }
        guard realSocket >= 0, isBound, listen(standIn, 16) == 0, fcntl(standIn, F_SETFL, O_NONBLOCK) == 0 else {
            throw SocketError.system("cannot make a stand-in socket", remedy: "raise LimitNOFILE")
        }
    }

    /// Takes no more connections, permanently. A socket that nobody else holds disappears, so that mail servers turn to
    /// their default action at once instead of waiting.
    func close() {
        isOpen.withLock { isOpen in
            guard isOpen else { return }
            isOpen = false
            switchToStandIn()
        }
        if !listener.isInherited { listener.unlinkPath() }
        Glibc.close(realSocket)
    }

    /// How many connections to the real socket are open, those included that have not negotiated. O(open descriptors).
    var connections: Int { accepted.count }

    /// A connection to the real socket, as mail servers make it.
    func connection(timeout: Int) throws(SocketError) -> SocketClient {
        try SocketClient(toListener: realSocket, timeout: timeout)
    }

    /// Connects to the stand-in, which wakes a listener that polls it.
    func wakeListener() { Self.poke(standIn) }

    /// Closes or opens the gate by the number of free descriptors; returns whether it is open.
    func guardDescriptors() -> Bool {
        isOpen.withLock { isOpen in
            switch DescriptorReserve.now {
            case .scarce where isOpen:
                isOpen = false
                switchToStandIn()
            case .plenty where !isOpen && fcntl(realSocket, F_GETFD) >= 0:
                isOpen = true
                _ = dup2(realSocket, listener.descriptor)
                Self.poke(standIn)
            default: break
            }
            return isOpen
        }
    }

    private func switchToStandIn() {
        _ = dup2(standIn, listener.descriptor)
        // One connection for the listener to find after it has woken, one to wake it: it may still poll the real one.
        Self.poke(standIn)
        Self.poke(realSocket)
    }

    /// Connects to the address that `descriptor` is bound to and hangs up.
    private static func poke(_ descriptor: Int32) {
        var storage = sockaddr_storage()
        var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
        // unsafe: getsockname fills the storage and says how much of it is the address.
        unsafe withUnsafeMutablePointer(to: &storage) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
                guard unsafe getsockname(descriptor, address, &length) == 0 else { return }
                let type = Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue) | Int32(SOCK_NONBLOCK.rawValue)
                let probe = unsafe Glibc.socket(Int32(address.pointee.sa_family), type, 0)
                guard probe >= 0 else { return }
                unsafe _ = Glibc.connect(probe, address, length)
                Glibc.close(probe)
            }
        }
    }
}
