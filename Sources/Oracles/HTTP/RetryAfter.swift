import Foundation

/// How long a service asks to be left alone, from its header `Retry-After` (RFC 9110, 10.2.3).
enum RetryAfter {
  /// Seconds from now; nothing if the value is neither a number of seconds nor a date.
  static func seconds(_ value: String, now: Date) -> Double? {
    let value = value.trimmingCharacters(in: .whitespaces)
    if let seconds = UInt32(value) { return Double(seconds) }
    guard let date = date(value) else { return nil }
    return max(0, date.timeIntervalSince(now))
  }

  /// A date in the form that servers must send: `Sun, 06 Nov 1994 08:49:37 GMT`.
  private static func date(_ value: String) -> Date? {
    let formatter = DateFormatter()
    formatter.locale = Locale(identifier: "en_US_POSIX")
    formatter.timeZone = TimeZone(secondsFromGMT: 0)
    formatter.dateFormat = "EEE, dd MMM yyyy HH:mm:ss 'GMT'"
    return formatter.date(from: value)
  }
}
