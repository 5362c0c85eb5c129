private import Glibc

/// The machine that this process runs on.
public enum ThisHost {
    /// Its name as the kernel has it, with or without a domain; empty when it cannot be told.
    public static var name: String {
        var buffer = [CChar](repeating: 0, count: 256)
        // unsafe: gethostname writes at most the length that it is given, and the buffer ends in a zero of its own.
        guard unsafe gethostname(&buffer, buffer.count - 1) == 0 else { return "" }
        return String(decoding: buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
}
