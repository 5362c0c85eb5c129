private import CHiredis
private import Glibc

/// A connection to one Redis server, used by one thread at a time. Every call waits for the server, at most as long as
/// the connection's patience.
///
/// hiredis reads the protocol; how much it may read for one answer is limited here.
@safe public struct RedisConnection: ~Copyable {
    /// Where the server is, for messages.
    public let place: String

    /// The most bytes that one answer may have.
    public let maximumReply: Int

    private let context: UnsafeMutablePointer<redisContext>

    /// Connects, which proves nothing of who listens there.
    ///
    /// - Parameters:
    ///   - endpoint: the server.
    ///   - patience: how long connecting, and each answer, may take.
    ///   - maximumReply: the most bytes of one answer.
    /// - Throws: `unreachable`.
    public static func connect(
        to endpoint: RedisEndpoint, patience: Duration, maximumReply: Int = 64 << 20
    ) throws(RedisError) -> RedisConnection {
        let place = "redis:\(endpoint)"
        let time = timeval(patience)
        // unsafe: the texts are NUL-terminated copies that live through the calls; whoever gets the context frees it.
        let made: UnsafeMutablePointer<redisContext>? =
            switch endpoint {
            case .unix(let path): unsafe redisConnectUnixWithTimeout(path, time)
            case .inet(let host, let port): unsafe redisConnectWithTimeout(host, Int32(port), time)
            }
        guard let made = unsafe made else {
            throw RedisError(.unreachable, at: place, "no memory for a connection")
        }
        var connection = unsafe RedisConnection(made, place: place, maximumReply: maximumReply)
        if let problem = connection.problem { throw problem }
        connection.setPatience(patience)
        // Programs that are started must not inherit it. unsafe: the context is this connection's own.
        unsafe _ = fcntl(made.pointee.fd, F_SETFD, FD_CLOEXEC)
        return connection
    }

    private init(_ context: UnsafeMutablePointer<redisContext>, place: String, maximumReply: Int) {
        unsafe self.context = unsafe context
        self.place = place
        self.maximumReply = maximumReply
    }

    // unsafe: the context is this connection's own, and nobody has it after this.
    deinit { unsafe redisFree(context) }

    /// Sets how long each answer may take from now on.
    public mutating func setPatience(_ patience: Duration) {
        // unsafe: the context is this connection's own.
        unsafe _ = redisSetTimeout(context, Self.timeval(patience))
    }

    /// Asks, and waits for the answer, which may be a refusal.
    public mutating func ask(_ words: [[UInt8]]) throws(RedisError) -> RedisValue {
        try send(words)
        return try receive()
    }

    /// Asks with texts.
    public mutating func ask(_ words: String...) throws(RedisError) -> RedisValue {
        try ask(words.map { Array($0.utf8) })
    }

    /// Asks; a refusal is an error.
    public mutating func demand(_ words: [[UInt8]]) throws(RedisError) -> RedisValue {
        let value = try ask(words)
        if let refusal = value.refusal { throw RedisError(refusal: refusal, at: place) }
        return value
    }

    /// Asks with texts; a refusal is an error.
    public mutating func demand(_ words: String...) throws(RedisError) -> RedisValue {
        try demand(words.map { Array($0.utf8) })
    }

    /// Asks several things at once; the answers come in the same order.
    public mutating func ask(all commands: [[[UInt8]]]) throws(RedisError) -> [RedisValue] {
        for words in commands { try send(words) }
        var values: [RedisValue] = []
        values.reserveCapacity(commands.count)
        for _ in commands { values.append(try receive()) }
        return values
    }

    /// Puts a command into the buffer of what is to be sent.
    private mutating func send(_ words: [[UInt8]]) throws(RedisError) {
        var flat: [UInt8] = []
        flat.reserveCapacity(words.reduce(0) { $0 + $1.count } + 1)
        for word in words { flat += word }
        // Empty words point somewhere, too.
        flat.append(0)
        let lengths = words.map(\.count)
        // unsafe: hiredis copies what the pointers, which live through the call, and the lengths describe.
        let status = unsafe flat.withUnsafeBufferPointer { buffer in
            var start = buffer.baseAddress!
            var pointers: [UnsafePointer<CChar>?] = unsafe []
            for word in words {
                unsafe pointers.append(UnsafeRawPointer(start).assumingMemoryBound(to: CChar.self))
                unsafe start += word.count
            }
            return unsafe redisAppendCommandArgv(context, Int32(clamping: words.count), &pointers, lengths)
        }
        guard status == REDIS_OK else { throw problem ?? RedisError(.unreachable, at: place, "nothing can be sent") }
    }

    /// Sends what is in the buffer, and reads one answer.
    private mutating func receive() throws(RedisError) -> RedisValue {
        guard flush() else { throw lost }
        var waiting = 0
        while true {
            var answer: UnsafeMutableRawPointer?
            // unsafe: the reader belongs to the context; what it hands out is ours to free.
            guard unsafe redisReaderGetReply(context.pointee.reader, &answer) == REDIS_OK else {
                throw RedisError(.notRedis, at: place, "the answer is not Redis's protocol")
            }
            if let answer = unsafe answer {
                defer { unsafe freeReplyObject(answer) }
                let reply = unsafe answer.assumingMemoryBound(to: redisReply.self)
                return unsafe Self.value(reply, depth: 0)
            }
            let before = unsafe context.pointee.reader.pointee.len
            guard waiting <= maximumReply else {
                throw RedisError(.tooLarge, at: place, "an answer has more than \(maximumReply) bytes")
            }
            guard unsafe redisBufferRead(context) == REDIS_OK else { throw lost }
            waiting += max(0, unsafe context.pointee.reader.pointee.len - before)
        }
    }

    /// Sends what is in the buffer. hiredis writes with write(2), which raises SIGPIPE where nobody reads any more: it is kept
    /// from this thread meanwhile, and taken away if it came.
    private mutating func flush() -> Bool {
        var pipe = sigset_t()
        var before = sigset_t()
        var pending = sigset_t()
        // unsafe: the calls read and fill variables of this frame; the context is this connection's own.
        unsafe _ = sigemptyset(&pipe)
        unsafe _ = sigaddset(&pipe, SIGPIPE)
        unsafe _ = sigpending(&pending)
        let wasPending = unsafe sigismember(&pending, SIGPIPE) == 1
        unsafe _ = pthread_sigmask(SIG_BLOCK, &pipe, &before)
        defer { unsafe _ = pthread_sigmask(SIG_SETMASK, &before, nil) }
        var isSent: Int32 = 0
        while isSent == 0 {
            guard unsafe redisBufferWrite(context, &isSent) == REDIS_OK else {
                let number = errno
                var none = timespec()
                if number == EPIPE, !wasPending { unsafe _ = sigtimedwait(&pipe, nil, &none) }
                errno = number
                return false
            }
        }
        return true
    }

    /// The reply as a value. Arrays in arrays end at eight levels: nothing that is asked for here has more than four.
    private static func value(_ reply: UnsafeMutablePointer<redisReply>, depth: Int) -> RedisValue {
        // unsafe: hiredis describes its texts and arrays by their true lengths; they live until the reply is freed.
        let reply = unsafe reply.pointee
        func bytes() -> [UInt8] {
            guard let text = unsafe reply.str, unsafe reply.len > 0 else { return [] }
            return unsafe Array(UnsafeRawBufferPointer(start: text, count: Int(reply.len)))
        }
        switch unsafe reply.type {
        case REDIS_REPLY_STRING: return .bytes(bytes())
        case REDIS_REPLY_STATUS: return .status(String(decoding: bytes(), as: UTF8.self))
        case REDIS_REPLY_ERROR: return .refusal(String(decoding: bytes(), as: UTF8.self))
        case REDIS_REPLY_INTEGER: return .integer(unsafe reply.integer)
        case REDIS_REPLY_ARRAY:
            guard depth < 8, let elements = unsafe reply.element else { return .array([]) }
            var values: [RedisValue] = []
            for index in 0..<Int(clamping: unsafe reply.elements) {
                if let element = unsafe elements[index] { unsafe values.append(value(element, depth: depth + 1)) }
            }
            return .array(values)
        default: return .none
        }
    }

    private var lost: RedisError { problem ?? RedisError(.unreachable, at: place, "the connection was lost") }

    /// What hiredis says is wrong with the connection; `nil` while it is good.
    private var problem: RedisError? {
        // unsafe: the context is this connection's own; its text is a NUL-terminated array in it, copied at once.
        guard unsafe context.pointee.err != 0 else { return nil }
        let number = errno
        let text = unsafe withUnsafeBytes(of: context.pointee.errstr) { bytes in
            unsafe String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
        }
        switch unsafe context.pointee.err {
        case REDIS_ERR_IO where number == EAGAIN || number == EWOULDBLOCK || number == ETIMEDOUT:
            return RedisError(.timeout, at: place, "no answer in time")
        // hiredis closes the socket after a failed connect, which leaves only its words of the reason.
        case REDIS_ERR_IO where text.hasPrefix("Permission denied") || text.hasPrefix("Operation not permitted"):
            return RedisError(.forbidden, at: place, text)
        case REDIS_ERR_PROTOCOL: return RedisError(.notRedis, at: place, text)
        default: return RedisError(.unreachable, at: place, text.isEmpty ? "the connection was lost" : text)
        }
    }

    private static func timeval(_ duration: Duration) -> timeval {
        let (seconds, attoseconds) = duration.components
        return Glibc.timeval(tv_sec: Int(clamping: seconds), tv_usec: Int(attoseconds / 1_000_000_000_000))
    }
}
