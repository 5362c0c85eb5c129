import Redis
import Testing

@Suite("Addresses of a Redis")
struct RedisAddressTests {
    @Test(
        "are read and written alike",
        arguments: [
            "redis:unix:/run/redis/redis-server.sock", "redis:127.0.0.1:6379", "redis:db.example:7000/3",
            "redis:[::1]:6379/65535", "sentinel:mymaster@10.0.0.1:26379,10.0.0.2:26380/2",
            "sentinel:argot@[2001:db8::1]:26379",
        ])
    func readable(text: String) throws {
        #expect(try RedisAddress(text).description == text)
    }

    @Test("have the usual ports")
    func ports() throws {
        #expect(try RedisAddress("redis:db.example").place == .server(.inet(host: "db.example", port: 6379)))
        #expect(try RedisAddress("redis:db.example/4").database == 4)
        let sentinels = try RedisAddress("sentinel:m@a.example,b.example:7")
        #expect(
            sentinels.place
                == .sentinels(
                    name: "m",
                    [.inet(host: "a.example", port: 26379), .inet(host: "b.example", port: 7)]))
    }

    @Test(
        "that are none are refused, with what to write",
        arguments: [
            "", "redis", "redis:", "redis:unix:relative", "redis:host:0", "redis:host:65536", "redis:host:+1",
            "redis:host:1/x", "redis:host:1/65536", "redis:host:1/1/1", "redis:a b:1", "redis:::1:6379", "redis:[::1",
            "redis://host:1", "rediss://host", "sentinel:m", "sentinel:@host", "sentinel:m@", "sentinel:m@a,,b",
            "sentinel:m@unix:/run/s",
            "redis:unix:/" + String(repeating: "x", count: 108), "unix:/run/redis.sock",
        ])
    func unreadable(text: String) {
        let error = #expect(throws: RedisError.self) { try RedisAddress(text) }
        #expect(error?.code == .address && error?.description.contains("redis:HOST:PORT/DB") == true)
    }

    @Test("a server's words tell what is wrong, and nothing that moves a cursor")
    func refusals() {
        func code(_ words: String) -> RedisError.Code { RedisError(refusal: words, at: "redis:x:1").code }
        #expect(code("NOAUTH Authentication required.") == .password)
        #expect(code("WRONGPASS invalid username-password pair or user is disabled.") == .password)
        #expect(code("READONLY You can't write against a read only replica.") == .readOnly)
        #expect(code("OOM command not allowed when used memory > 'maxmemory'.") == .full)
        #expect(code("MISCONF Redis is configured to save RDB snapshots") == .disk)
        #expect(code("LOADING Redis is loading the dataset in memory") == .loading)
        #expect(code("MOVED 3999 127.0.0.1:6381") == .cluster)
        #expect(code("ERR unknown command") == .refused)
        let long = RedisError(refusal: "ERR \u{1b}[2J" + String(repeating: "x", count: 9_999), at: "redis:x:1")
        #expect(long.description.utf8.count < 400 && !long.description.contains("\u{1b}"))
    }

    @Test("who may not connect is told what to allow")
    func permission() {
        let error = RedisError(.forbidden, at: "redis:unix:/run/redis/redis-server.sock", "Permission denied")
        #expect(error.description.contains("adduser argot redis") && error.description.contains("IPAddressAllow="))
        #expect(error.mayPass)
    }
}
