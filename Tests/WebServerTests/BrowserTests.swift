import BrowserLab
import ClientLab
import DaemonLab
import Foundation
import Testing

/// The page in a real Chromium, with a real argotd and argot-web behind it.
@Suite("The page in a browser", .serialized)
struct BrowserTests {
    /// Where pictures of pages go, for people to look at; nowhere if unset.
    private static let pictures = ProcessInfo.processInfo.environment["ARGOT_PAGE_PICTURES"]

    private static func keep(_ browser: Browser, _ name: String) throws {
        guard let pictures else { return }
        try browser.screenshot().write(to: URL(filePath: pictures).appending(path: name + ".png"))
    }

    private static func logIn(_ browser: Browser, _ web: WebProcess, as name: String) throws {
        try browser.open(web.address("/"))
        try browser.type(name, into: "#name")
        try browser.type(FilledDaemon.password, into: "#password")
        try browser.click("form.login button")
        let isIn = try Poll.until(.after(.seconds(20))) { try browser.title == "Now · Argot" }
        try #require(isIn, "the login leads elsewhere")
    }

    private static let places = ["/", "/sessions", "/session/bot-1", "/report", "/lies", "/settings"]

    @Test("Every page, dark and light, wide and narrow; steering; hostile names; the keyboard")
    func everything() throws {
        let filled = try FilledDaemon()
        let web = filled.web
        let browser = try Browser()

        // A wrong password, then the right one.
        try browser.open(web.address("/lies"))
        #expect(try browser.title == "Log in · Argot")
        try browser.type("alice", into: "#name")
        try browser.type("wrong horse", into: "#password")
        try Self.keep(browser, "login")
        try browser.click("form.login button")
        #expect(try browser.text.contains("Name or password is wrong."))
        try Self.logIn(browser, web, as: "alice")
        #expect(try browser.evaluate("return document.cookie") as? String == "")

        // Every page in both colours and both widths: something on it, nothing wider than the window.
        for (name, width, dark) in [
            ("wide-light", 1_280, false), ("wide-dark", 1_280, true), ("phone-light", 390, false),
            ("phone-dark", 390, true),
        ] {
            try browser.resize(width: width, height: 844)
            try browser.prefer(dark: dark)
            for place in Self.places {
                try browser.open(web.address(place))
                let file = place == "/" ? "now" : place.dropFirst().replacing("/", with: "-")
                try Self.keep(browser, "\(file)-\(name)")
                #expect(try browser.count("main h1") == 1, "\(place)")
                let text = try browser.text
                #expect(try browser.count(".fault") == 0, "\(place): \(text)")
                let wide = try browser.evaluate(
                    "return document.documentElement.scrollWidth - document.documentElement.clientWidth")
                #expect(wide as? Int == 0, "\(place) \(name)")
                let ground =
                    try browser.evaluate("return getComputedStyle(document.documentElement).backgroundColor") as? String
                #expect(ground == (dark ? "rgb(21, 24, 28)" : "rgb(251, 251, 250)"), "\(place)")
            }
        }
        try browser.resize(width: 1_280, height: 900)
        try browser.prefer(dark: false)

        // Now is live.
        try browser.open(web.address("/"))
        #expect(try Poll.until(.after(.seconds(20))) { try browser.text.contains("Live, as of") })
        #expect(try browser.text.contains("observe"))

        // A session: its reasons, what would have changed it, what was said and what was found, and a picture that loads.
        try browser.open(web.address("/sessions?queue=4QUEUE1"))
        #expect(try browser.count("tbody tr") == 1)
        try browser.click("tbody a")
        let session = try browser.text
        for words in [
            "it spoke as only spam bots do", "without name.missing", "festi:rcpt", "<pat@elsewhere.example>",
            "verdict ",
            "Judged again",
        ] { #expect(session.contains(words), "\(words) in \(session)") }
        let isLoaded = try Poll.until(.after(.seconds(10))) {
            try browser.evaluate("return document.images[0].naturalWidth") as? Int == 720
        }
        #expect(isLoaded)

        // Search by client and recipient goes by hashes.
        for (query, count) in [
            ("client=192.0.2.14", 1), ("recipient=user2%40lab.example", 2), ("client=203.0.113.1", 0),
            ("verdict=fakereject", 1),
        ] {
            try browser.open(web.address("/sessions?\(query)"))
            let rows = try browser.count("tbody tr")
            #expect(count == 0 ? rows == 0 : rows >= 1, "\(query): \(rows)")
        }

        // Hostile names are text.
        try browser.open(web.address("/sessions?queue=4QUEUE2"))
        #expect(try browser.count("main img") == 0)
        #expect(try browser.text.contains("<img src=x onerror=alert(1)>\\u{202e}&\"'"))
        try browser.click("tbody a")
        #expect(try browser.count("main img") == 0)
        #expect(try browser.text.contains("onerror=alert(1)"))
        try Self.keep(browser, "hostile")

        // One click allows a session's client; the list has it, and lets it go again.
        try browser.open(web.address("/session/bot-1"))
        try browser.click("form[action='/settings/list'] button")
        #expect(try browser.text.contains("The list is changed."))
        try browser.open(web.address("/settings"))
        let entries = try browser.text(of: browser.element("section[aria-label=Allowed] .entries"))
        #expect(entries.contains("192.0.2.14"))
        try Self.keep(browser, "settings-entry")
        try browser.click("section[aria-label=Allowed] .entries button")
        #expect(try browser.count("section[aria-label=Allowed] .entries li") == 0)

        // The mode.
        try browser.click("form:has(input[value=enforce]) button")
        #expect(try browser.text.contains("The mode is set."))
        #expect(try browser.text.contains("Enforce: verdicts are applied"))
        try browser.click("form:has(input[value=observe]) button")
        #expect(try browser.text.contains("Observe: verdicts are computed"))

        // What argotd refuses is said in its words.
        try browser.type("not/an/address", into: "#allow-entry")
        try browser.click("section[aria-label=Allowed] form button")
        #expect(try browser.text.contains("argotd refuses"))

        // The keyboard: the first stop is the way past the menu, and it shows.
        try browser.open(web.address("/report"))
        try browser.press("\u{e004}")
        #expect(try browser.evaluate("return document.activeElement.className") as? String == "skip")
        #expect(
            try browser.evaluate("return document.activeElement.getBoundingClientRect().left >= 0") as? Bool == true)
        try browser.press("\u{e007}")
        #expect(try browser.evaluate("return document.activeElement.id") as? String == "main")

        // Out.
        try browser.click("form.who button")
        #expect(try browser.title == "Log in · Argot")
        try browser.open(web.address("/lies"))
        #expect(try browser.title == "Log in · Argot")

        // Bob looks, and has nothing to press.
        try Self.logIn(browser, web, as: "bob")
        try browser.open(web.address("/settings"))
        #expect(try browser.count("main form") == 0)
        try browser.open(web.address("/session/bot-1"))
        #expect(try browser.count("main form") == 0)
        // Without argotd the journal can be read on, and Now says what is wrong.
        filled.daemon.stop()
        try browser.open(web.address("/"))
        #expect(try browser.count(".fault") == 1)
        try Self.keep(browser, "down")
    }

    @Test("Without scripts everything can be read and pressed")
    func withoutScripts() throws {
        let filled = try FilledDaemon()
        let browser = try Browser(hasScripts: false)
        try Self.logIn(browser, filled.web, as: "alice")
        #expect(try browser.text.contains("As of"))
        for place in Self.places {
            try browser.open(filled.web.address(place))
            #expect(try browser.count("main h1") == 1, "\(place)")
            #expect(try browser.count(".fault") == 0, "\(place)")
        }
        try browser.click("form:has(input[value=enforce]) button")
        #expect(try browser.text.contains("The mode is set."))
    }
}
