import Dispatch
import Foundation

/// What happens when somebody presses Ctrl-C or the system asks the process to end.
final class Interruption {
  private let sources: [any DispatchSourceSignal]

  /// Watches from now on, and ends the process with a sentence.
  convenience init(saying sentence: String) {
    self.init { number in
      remark("\n\(sentence)")
      _exit(128 + number)
    }
  }

  /// Watches from now on.
  ///
  /// - Parameter handle: told the number of the signal, on some other thread.
  init(handling handle: @escaping @Sendable (Int32) -> Void) {
    sources = [SIGINT, SIGTERM].map { number in
      signal(number, SIG_IGN)
      let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
      source.setEventHandler { handle(number) }
      source.resume()
      return source
    }
  }

  /// Stops watching: from here on the signals end the process as usual.
  func end() {
    for source in sources { source.cancel() }
    signal(SIGINT, SIG_DFL)
    signal(SIGTERM, SIG_DFL)
  }
}
