import Dispatch
import Synchronization

/// Where what came of requests is left by the threads of the network for the thread that waits.
final class HTTPMailbox: Sendable {
  /// What came of one request.
  struct Letter: Sendable {
    let place: Int
    let outcome: Result<HTTPAnswer, any Error>
  }

  private let letters = Mutex<[Letter]>([])
  private let signal = DispatchSemaphore(value: 0)

  /// Leaves a letter; any thread may.
  func leave(_ letter: Letter) {
    letters.withLock { $0.append(letter) }
    signal.signal()
  }

  /// All letters that are there; waits until there is one, or for so many seconds.
  func take(waiting seconds: Double?) -> [Letter] {
    if let seconds {
      _ = signal.wait(timeout: .now() + seconds)
    } else {
      signal.wait()
    }
    return letters.withLock { letters in
      defer { letters = [] }
      return letters
    }
  }
}
