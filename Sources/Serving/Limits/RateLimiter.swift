import Synchronization

/// How many predictions each client may ask for: a bucket that holds a second's worth and refills evenly.
///
/// A request is let in while there is one in the bucket, and takes as many as it has pictures. What it takes
/// beyond the bucket has to be filled up before the client's next request.
final class RateLimiter: Sendable {
  private let predictionsPerSecond: Double
  /// The longest that a client is told to wait, in seconds.
  private static let longestWait = 86_400.0
  private let buckets = Mutex<[String: Bucket]>([:])
  /// The most clients that are remembered one by one.
  private static let mostClients = 10_000

  init(predictionsPerSecond: Double) { self.predictionsPerSecond = predictionsPerSecond }

  private struct Bucket {
    var tokens: Double
    var filled: ContinuousClock.Instant
  }

  /// Takes one prediction off a client's bucket.
  ///
  /// - Returns: nothing if there was one, else the seconds until there is.
  func wait(
    for client: String, at now: ContinuousClock.Instant = .now
  ) -> Double? {
    let capacity = max(1, predictionsPerSecond)
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
      guard bucket.tokens >= 1 else {
        return min((1 - bucket.tokens) / predictionsPerSecond, Self.longestWait)
      }
      bucket.tokens -= 1
      return nil
    }
  }

  /// Takes more predictions off a client's bucket, those of a request that was let in.
  func take(_ predictions: Int, from client: String) {
    buckets.withLock { $0[client]?.tokens -= Double(predictions) }
  }

  private func tokens(in bucket: Bucket, at now: ContinuousClock.Instant) -> Double {
    let seconds = max(0, (now - bucket.filled) / .seconds(1))
    return min(max(1, predictionsPerSecond), bucket.tokens + seconds * predictionsPerSecond)
  }
}
