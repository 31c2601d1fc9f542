import Synchronization

/// How many predictions each client may ask for: a bucket that holds a second's worth and refills evenly.
///
/// A request takes as many as it has pictures, all at once, and is refused while the bucket holds fewer. One with
/// more pictures than a bucket can hold needs a full one, and what it takes beyond that has to be filled up before
/// the client's next request. So nobody gets more at once than a second's worth, or than one request.
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

  /// The seconds until a client may ask for anything; nothing if it may now.
  func wait(for client: String, at now: ContinuousClock.Instant = .now) -> Double? {
    buckets.withLock { buckets in
      wait(for: 1, having: buckets[client].map { content(of: $0, at: now) } ?? capacity)
    }
  }

  /// Takes the predictions of a request off a client's bucket.
  ///
  /// - Returns: nothing if they were there, else the seconds until they are; nothing is taken then.
  func take(
    _ predictions: Int, from client: String, at now: ContinuousClock.Instant = .now
  ) -> Double? {
    buckets.withLock { buckets in
      if buckets.count >= Self.mostClients && buckets[client] == nil {
        // A full bucket says no more than none.
        buckets = buckets.filter { content(of: $0.value, at: now) < capacity }
        if buckets.count >= Self.mostClients { buckets.removeAll() }
      }
      let tokens = buckets[client].map { content(of: $0, at: now) } ?? capacity
      let seconds = wait(for: predictions, having: tokens)
      let left = seconds == nil ? tokens - Double(predictions) : tokens
      buckets[client] = Bucket(tokens: left, filled: now)
      return seconds
    }
  }

  private var capacity: Double { max(1, predictionsPerSecond) }

  /// The seconds until a bucket with some tokens lets so many predictions through; nothing if it does now.
  private func wait(for predictions: Int, having tokens: Double) -> Double? {
    let missing = min(Double(predictions), capacity) - tokens
    return missing > 0 ? min(missing / predictionsPerSecond, Self.longestWait) : nil
  }

  private func content(of bucket: Bucket, at now: ContinuousClock.Instant) -> Double {
    let seconds = max(0, (now - bucket.filled) / .seconds(1))
    return min(capacity, bucket.tokens + seconds * predictionsPerSecond)
  }
}
