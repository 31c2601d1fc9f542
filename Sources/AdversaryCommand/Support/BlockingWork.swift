import Dispatch
import Synchronization

/// Asynchronous work that a command waits for on the main thread.
final class BlockingWork: Sendable {
  private let outcome = Mutex<Result<Void, any Error>?>(nil)
  private let isDone = DispatchSemaphore(value: 0)

  /// Starts the work.
  init(_ work: @escaping @Sendable () async throws -> Void) {
    Task.detached { [self] in
      let result: Result<Void, any Error>
      do {
        result = .success(try await work())
      } catch {
        result = .failure(error)
      }
      outcome.withLock { $0 = result }
      isDone.signal()
    }
  }

  /// Waits until the work is done; call it once.
  ///
  /// - Throws: what the work throws.
  func wait() throws {
    isDone.wait()
    try outcome.withLock { $0 }?.get()
  }
}
