import Foundation

/// One line on standard error that says how far the work is; silent unless a person looks on.
struct ProgressLine {
  private let label: String
  private let total: Int
  private let doneBefore: Int
  private let start = ContinuousClock.now
  private let isShown = isatty(STDERR_FILENO) == 1

  /// A line for work of a known size.
  ///
  /// - Parameter doneBefore: how much an earlier process has done, which says nothing of the pace.
  init(_ label: String, total: Int, doneBefore: Int = 0) {
    self.label = label
    self.total = total
    self.doneBefore = doneBefore
  }

  /// Shows that some of the work is done, and what is going on.
  func show(done: Int, now activity: String = "") {
    guard isShown, total > 0 else { return }
    let share = Double(done) / Double(total)
    let filled = Int(share * 30)
    let bar = String(repeating: "█", count: filled) + String(repeating: "░", count: 30 - filled)
    let note = activity.isEmpty ? "" : "  \(activity)"
    write("\r\(label) \(bar) \(done)/\(total)\(remaining(after: done))\(note)\u{1B}[K")
  }

  /// Removes the line.
  func finish() {
    if isShown { write("\r\u{1B}[K") }
  }

  private func remaining(after done: Int) -> String {
    let ownWork = done - doneBefore
    guard ownWork > 0, done < total else { return "" }
    let elapsed = (ContinuousClock.now - start) / .seconds(1)
    let seconds = Int((elapsed / Double(ownWork) * Double(total - done)).rounded(.up))
    return seconds < 60 ? ", \(seconds) s left" : ", \(seconds / 60) min left"
  }

  private func write(_ text: String) {
    FileHandle.standardError.write(Data(text.utf8))
  }
}
