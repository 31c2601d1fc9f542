import Foundation

/// One line on standard error that says how far the work is; silent unless a person looks on.
struct ProgressLine {
  private let label: String
  private let total: Int
  private let start = ContinuousClock.now
  private let isShown = isatty(STDERR_FILENO) == 1

  /// A line for work of a known size.
  init(_ label: String, total: Int) {
    self.label = label
    self.total = total
  }

  /// Shows that some of the work is done.
  func show(done: Int) {
    guard isShown, total > 0 else { return }
    let share = Double(done) / Double(total)
    let filled = Int(share * 30)
    let bar = String(repeating: "█", count: filled) + String(repeating: "░", count: 30 - filled)
    write("\r\(label) \(bar) \(done)/\(total)\(remaining(share))\u{1B}[K")
  }

  /// Removes the line.
  func finish() {
    if isShown { write("\r\u{1B}[K") }
  }

  private func remaining(_ share: Double) -> String {
    guard share > 0, share < 1 else { return "" }
    let elapsed = (ContinuousClock.now - start) / .seconds(1)
    let seconds = Int((elapsed / share * (1 - share)).rounded(.up))
    return seconds < 60 ? ", \(seconds) s left" : ", \(seconds / 60) min left"
  }

  private func write(_ text: String) {
    FileHandle.standardError.write(Data(text.utf8))
  }
}
