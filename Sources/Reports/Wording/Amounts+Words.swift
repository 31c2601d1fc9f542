import Foundation

extension Int {
  /// The number with narrow spaces between groups of three digits: `1 234 567`.
  var grouped: String {
    let digits = String(magnitude)
    var groups = ""
    for (index, digit) in digits.enumerated() {
      if index > 0, (digits.count - index).isMultiple(of: 3), digits.count > 4 {
        groups += "\u{202F}"
      }
      groups.append(digit)
    }
    return self < 0 ? "-\(groups)" : groups
  }

  /// The number with a noun: `1 picture`, `200 pictures`.
  ///
  /// - Parameter plural: for nouns that take no s.
  func of(_ noun: String, _ plural: String? = nil) -> String {
    "\(grouped) \(self == 1 ? noun : plural ?? noun + "s")"
  }
}

extension Double {
  /// A duration in seconds for people: `0.42 s`, `12 s`, `3 min 20 s`, `2 h 5 min`.
  var asDuration: String {
    guard isFinite, self >= 0, self < 1e15 else { return "–" }
    if self < 9.995 { return "\(twoDecimals) s" }
    let seconds = Int(rounded())
    let (minutes, hours) = (seconds / 60, seconds / 3600)
    if minutes == 0 { return "\(seconds) s" }
    return hours == 0 ? "\(minutes) min \(seconds % 60) s" : "\(hours) h \(minutes % 60) min"
  }
}
