import Glibc

extension SocketName {
    /// The place that an open socket, handed over by systemd, is bound to; the name itself where that cannot be said.
    public var bound: SocketName {
        guard case .descriptor(let descriptor) = self else { return self }
        var storage = sockaddr_storage()
        var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
        // unsafe: getsockname fills the storage, at most its size.
        let isKnown = unsafe withUnsafeMutablePointer(to: &storage) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                unsafe getsockname(descriptor, $0, &length) == 0
            }
        }
        guard isKnown else { return self }
        switch Int32(storage.ss_family) {
        case AF_UNIX:
            // unsafe: the bytes behind the family are the path, ended by NUL or by the length.
            let bytes = unsafe withUnsafeBytes(of: &storage) { unsafe Array($0.prefix(Int(length)).dropFirst(2)) }
            let path = bytes.prefix { $0 != 0 }
            return path.isEmpty ? self : .unix(path: String(decoding: path, as: UTF8.self))
        case AF_INET, AF_INET6:
            var host = [UInt8](repeating: 0, count: Int(NI_MAXHOST))
            var port = [UInt8](repeating: 0, count: Int(NI_MAXSERV))
            // unsafe: getnameinfo reads the address that was filled in, and writes at most what the arrays hold.
            let isNamed = unsafe withUnsafePointer(to: &storage) { pointer in
                unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
                    unsafe host.withUnsafeMutableBytes { host in
                        unsafe port.withUnsafeMutableBytes { port in
                            unsafe getnameinfo(
                                address, length, host.assumingMemoryBound(to: CChar.self).baseAddress,
                                socklen_t(host.count), port.assumingMemoryBound(to: CChar.self).baseAddress,
                                socklen_t(port.count), NI_NUMERICHOST | NI_NUMERICSERV) == 0
                        }
                    }
                }
            }
            let number = UInt16(String(decoding: port.prefix { $0 != 0 }, as: UTF8.self))
            guard isNamed, let number else { return self }
            let name = String(decoding: host.prefix { $0 != 0 }, as: UTF8.self)
            return .inet(host: name, port: number, isIPv6: Int32(storage.ss_family) == AF_INET6)
        default: return self
        }
    }
}
