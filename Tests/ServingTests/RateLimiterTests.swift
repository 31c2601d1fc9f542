import Testing

@testable import Serving

@Suite("The rate of requests") struct RateLimiterTests {
  @Test("A second's worth at once, then an even refill, for each client alone")
  func bucket() {
    let limiter = RateLimiter(predictionsPerSecond: 2)
    let start = ContinuousClock.now
    #expect(limiter.take(1, from: "a", at: start) == nil)
    #expect(limiter.take(1, from: "a", at: start) == nil)
    #expect(limiter.take(1, from: "a", at: start) == 0.5)
    #expect(limiter.take(1, from: "b", at: start) == nil)
    #expect(limiter.take(1, from: "a", at: start + .milliseconds(250)) == 0.25)
    #expect(limiter.take(1, from: "a", at: start + .milliseconds(500)) == nil)
    // It never holds more than a second's worth.
    let later = start + .seconds(100)
    #expect(
      (0..<3).map { _ in limiter.take(1, from: "a", at: later) == nil } == [true, true, false])
  }

  @Test("Every picture of a request counts, before any is looked at")
  func pictures() {
    let limiter = RateLimiter(predictionsPerSecond: 4)
    let start = ContinuousClock.now
    #expect(limiter.take(3, from: "a", at: start) == nil)
    // One is left: another may be asked for, and two may not.
    #expect(limiter.wait(for: "a", at: start) == nil)
    #expect(limiter.take(2, from: "a", at: start) == 0.25)
    #expect(limiter.take(1, from: "a", at: start) == nil)
    #expect(limiter.wait(for: "a", at: start) == 0.25)
  }

  @Test("A request beyond the bucket needs a full one, and what is taken is filled up first")
  func largeRequests() {
    let limiter = RateLimiter(predictionsPerSecond: 2)
    let start = ContinuousClock.now
    #expect(limiter.take(10, from: "a", at: start) == nil)
    #expect(limiter.wait(for: "a", at: start) == 4.5)
    #expect(limiter.wait(for: "b", at: start) == nil)
    #expect(limiter.wait(for: "a", at: start + .milliseconds(4400)) != nil)
    #expect(limiter.wait(for: "a", at: start + .milliseconds(4500)) == nil)
    #expect(limiter.take(10, from: "a", at: start + .milliseconds(4500)) == 0.5)
    #expect(limiter.take(10, from: "a", at: start + .seconds(5)) == nil)
  }

  @Test("Nobody is told to wait for longer than a day")
  func longest() {
    let limiter = RateLimiter(predictionsPerSecond: 1e-300)
    #expect(limiter.take(1, from: "a") == nil)
    #expect(limiter.wait(for: "a") == 86_400)
  }

  @Test("What a client took is not forgotten because there are many others")
  func manyClients() {
    let limiter = RateLimiter(predictionsPerSecond: 2)
    let start = ContinuousClock.now
    for number in 0..<10_000 { _ = limiter.take(9, from: "\(number)", at: start) }
    #expect(limiter.take(9, from: "a", at: start) == nil)
    #expect(limiter.wait(for: "a", at: start) == 4)
  }
}
