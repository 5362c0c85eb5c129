import Glibc

/// The connections to a listening socket that this process holds, counted where the kernel lists them: libmilter tells
/// of one only once the mail server has negotiated.
struct OpenConnections: Sendable {
    private let listener: [UInt8]?

    /// The connections to the socket that `descriptor` listens on.
    init(to descriptor: Int32) { listener = Self.place(of: descriptor) }

    /// How many there are. O(open descriptors).
    var count: Int {
        guard let listener, let directory = unsafe opendir("/proc/self/fd") else { return 0 }
        // unsafe: the directory is read and closed here; an entry is valid until the next is read.
        defer { unsafe _ = closedir(directory) }
        var count = 0
        while let entry = unsafe readdir(directory) {
            // unsafe: d_name is NUL-terminated.
            let name = unsafe withUnsafeBytes(of: &entry.pointee.d_name) { unsafe Array($0.prefix { $0 != 0 }) }
            guard let descriptor = Int32(String(decoding: name, as: UTF8.self)), !Self.listens(descriptor),
                Self.place(of: descriptor) == listener
            else { continue }
            count += 1
        }
        return count
    }

    private static func listens(_ descriptor: Int32) -> Bool {
        var listens: Int32 = 0
        var length = socklen_t(MemoryLayout<Int32>.size)
        // unsafe: getsockopt fills the variable. What is no socket does not listen.
        return unsafe getsockopt(descriptor, SOL_SOCKET, SO_ACCEPTCONN, &listens, &length) == 0 && listens != 0
    }

    /// The local end of a socket, in bytes: its path, or its port. A connection has its listener's; one that this process
    /// has made to a path has none.
    private static func place(of descriptor: Int32) -> [UInt8]? {
        var storage = sockaddr_storage()
        var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
        // unsafe: getsockname fills the storage, at most its size, and says how much of it is the address.
        let isNamed = unsafe withUnsafeMutablePointer(to: &storage) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                unsafe getsockname(descriptor, $0, &length) == 0
            }
        }
        guard isNamed else { return nil }
        // unsafe: reads what was filled in.
        let bytes = unsafe withUnsafeBytes(of: &storage) { unsafe Array($0.prefix(Int(length))) }
        switch Int32(storage.ss_family) {
        case AF_UNIX: return bytes.count > 2 ? bytes : nil
        // Behind the family comes the port, in both; a connection to a wildcard address has an address of its own.
        case AF_INET, AF_INET6: return Array(bytes.prefix(4))
        default: return nil
        }
    }
}
