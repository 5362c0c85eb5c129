extension ConfigurationSection {
    static let sharing = ConfigurationSection(
        title: "Several servers",
        introduction:
            "Servers of one site that share what they remember over a Redis or Valkey. All need the same hashing.key "
            + "(argot key export, argot key import). Without the Redis each server goes on with what it knows.",
        keys: [
            ConfigurationKey(
                "shared_store", .redis, \.sharedStore, reload: false,
                "Where they share it: redis:unix:/PATH, redis:HOST:PORT/DB, or sentinel:NAME@HOST:PORT,HOST:PORT; "
                    + "several, separated by blanks, divide what is remembered among them; nowhere when empty."),
            ConfigurationKey(
                "shared_store_user", .word(), \.sharedStoreUser, reload: false,
                "The user to log in as; Redis's default user when empty."),
            ConfigurationKey(
                "shared_store_password_file", .path(allowsEmpty: true), \.sharedStorePasswordFile, reload: false,
                "The file whose first line is the password, readable for argotd alone; no password when empty."),
            ConfigurationKey(
                "shared_store_prefix", .word("argot"), \.sharedStorePrefix, reload: false,
                "What the names of all keys begin with, so that several sites can use one Redis."),
            ConfigurationKey(
                "shared_store_name", .word(), \.sharedStoreName, reload: false,
                "What the other servers call this one; the host's name when empty."),
        ])
}
