import Testing

@testable import Serving

@Suite("The rate of requests") struct RateLimiterTests {
  @Test("A second's worth at once, then an even refill, for each client alone")
  func bucket() {
    let limiter = RateLimiter(predictionsPerSecond: 2)
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

  @Test("Every picture of a request counts, and what is taken beyond the bucket is filled up first")
  func pictures() {
    let limiter = RateLimiter(predictionsPerSecond: 2)
    let start = ContinuousClock.now
    #expect(limiter.wait(for: "a", at: start) == nil)
    limiter.take(9, from: "a")
    #expect(limiter.wait(for: "a", at: start) == 4.5)
    #expect(limiter.wait(for: "b", at: start) == nil)
    #expect(limiter.wait(for: "a", at: start + .milliseconds(4400)) != nil)
    #expect(limiter.wait(for: "a", at: start + .milliseconds(4500)) == nil)
  }

  @Test("Nobody is told to wait for longer than a day")
  func longest() {
    let limiter = RateLimiter(predictionsPerSecond: 1e-300)
    #expect(limiter.wait(for: "a") == nil)
    #expect(limiter.wait(for: "a") == 86_400)
  }
}
