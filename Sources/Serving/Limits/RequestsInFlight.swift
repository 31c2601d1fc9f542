import HTTPTypes
import Synchronization

/// Counts the requests that are being worked on, and refuses more than a number.
final class RequestsInFlight: Sendable {
  private let maximum: Int
  private let count = Mutex(0)

  init(maximum: Int) { self.maximum = maximum }

  /// Does the work of one request, unless too many are under way.
  ///
  /// - Throws: ``Refusal`` with status 503, or what the work throws.
  func admitting<T: Sendable>(_ work: () async throws -> T) async throws -> T {
    let isAdmitted = count.withLock { count in
      guard count < maximum else { return false }
      count += 1
      return true
    }
    guard isAdmitted else {
      throw Refusal(
        .serviceUnavailable, "\(maximum) requests are being worked on; try again", retryAfter: 1)
    }
    defer { count.withLock { $0 -= 1 } }
    return try await work()
  }
}
