import Testing

@testable import Serving

@Suite("The rate of requests") struct RateLimiterTests {
  @Test("A second's worth at once, then an even refill, for each client alone")
  func bucket() {
    let limiter = RateLimiter(requestsPerSecond: 2)
    let start = ContinuousClock.now
    #expect(limiter.wait(for: "a", at: start) == nil)
    #expect(limiter.wait(for: "a", at: start) == nil)
    #expect(limiter.wait(for: "a", at: start) == 0.5)
    #expect(limiter.wait(for: "b", at: start) == nil)
    #expect(limiter.wait(for: "a", at: start + .milliseconds(250)) == 0.25)
    #expect(limiter.wait(for: "a", at: start + .milliseconds(500)) == nil)
    // It never holds more than a second's worth.
    let later = start + .seconds(100)
    #expect((0..<3).map { _ in limiter.wait(for: "a", at: later) == nil } == [true, true, false])
  }
}
