import Dispatch
import Foundation

/// A word of farewell when somebody presses Ctrl-C or the system asks the process to end.
///
/// The journal is written unit by unit, so the process can end at once.
final class Interruption {
  private let sources: [any DispatchSourceSignal]

  /// Watches from now on.
  init(saying sentence: String) {
    sources = [SIGINT, SIGTERM].map { number in
      signal(number, SIG_IGN)
      let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
      source.setEventHandler {
        remark("\n\(sentence)")
        _exit(128 + number)
      }
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
