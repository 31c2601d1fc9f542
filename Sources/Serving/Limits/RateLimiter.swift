import Synchronization

/// How many requests each client may make: a bucket that holds a second's worth and refills evenly.
final class RateLimiter: Sendable {
  private let requestsPerSecond: Double
  private let buckets = Mutex<[String: Bucket]>([:])
  /// The most clients that are remembered one by one.
  private static let mostClients = 10_000

  init(requestsPerSecond: Double) { self.requestsPerSecond = requestsPerSecond }

  private struct Bucket {
    var tokens: Double
    var filled: ContinuousClock.Instant
  }

  /// Takes one request off a client's bucket.
  ///
  /// - Returns: nothing if there was one, else the seconds until there is.
  func wait(
    for client: String, at now: ContinuousClock.Instant = .now
  ) -> Double? {
    let capacity = max(1, requestsPerSecond)
    return buckets.withLock { buckets in
      if buckets.count >= Self.mostClients && buckets[client] == nil {
        // A full bucket says no more than none.
        buckets = buckets.filter { tokens(in: $0.value, at: now) < capacity }
        if buckets.count >= Self.mostClients { buckets.removeAll() }
      }
      var bucket = buckets[client] ?? Bucket(tokens: capacity, filled: now)
      bucket.tokens = tokens(in: bucket, at: now)
      bucket.filled = now
      defer { buckets[client] = bucket }
      guard bucket.tokens >= 1 else { return (1 - bucket.tokens) / requestsPerSecond }
      bucket.tokens -= 1
      return nil
    }
  }

  private func tokens(in bucket: Bucket, at now: ContinuousClock.Instant) -> Double {
    let seconds = max(0, (now - bucket.filled) / .seconds(1))
    return min(max(1, requestsPerSecond), bucket.tokens + seconds * requestsPerSecond)
  }
}
