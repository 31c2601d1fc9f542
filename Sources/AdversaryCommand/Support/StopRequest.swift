import Foundation
import Synchronization

/// A wish to stop at the next good place; a second one ends the process at once.
final class StopRequest: Sendable {
  private let number = Mutex<Int32?>(nil)

  /// The signal that asked for it; nothing if none did.
  var signal: Int32? { number.withLock { $0 } }

  /// Watches from now on.
  ///
  /// - Parameters:
  ///   - sentence: what is said at the first wish.
  ///   - handle: what is done then, on some other thread.
  /// - Returns: what ends the watching.
  func watch(
    saying sentence: String, handle: @escaping @Sendable () -> Void = {}
  ) -> Interruption {
    Interruption { [self] number in
      let isSecond = self.number.withLock { known in
        defer { known = known ?? number }
        return known != nil
      }
      if isSecond { _exit(128 + number) }
      remark("\n\(sentence)")
      handle()
    }
  }
}
