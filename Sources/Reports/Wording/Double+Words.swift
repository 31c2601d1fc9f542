import Foundation

extension Double {
  /// A share of 0…1 for people: `97.1 %`.
  ///
  /// Only the share 1 is written `100 %` and only 0 is written `0 %`, so that rounding never hides
  /// the one picture that makes the difference.
  public var asPercentage: String {
    switch self {
    case _ where !isFinite: "–"
    case 0: "0 %"
    case 1: "100 %"
    case 0..<0.0005: "<0.1 %"
    case 0.9995..<1: ">99.9 %"
    default: String(format: "%.1f %%", self * 100)
    }
  }

  /// A number for people: at most two decimals, none for whole numbers.
  var shortText: String {
    guard isFinite else { return "–" }
    var text = twoDecimals
    while text.hasSuffix("0") { text.removeLast() }
    if text.hasSuffix(".") { text.removeLast() }
    return text == "-0" ? "0" : text
  }

  /// An amount of money: at least two decimals, and as many more as four digits of a small one need.
  package var asMoney: String {
    guard isFinite, self > 0 else { return twoDecimals }
    let decimals = min(12, max(2, 3 - Int(log10(self).rounded(.down))))
    var text = String(format: "%.\(decimals)f", self)
    while text.hasSuffix("0"), text.suffix(3).first != "." { text.removeLast() }
    return text
  }

  /// A number for people in a column of its like: one decimal.
  var oneDecimal: String { isFinite ? String(format: "%.1f", self) : "–" }

  /// A number for people in a column of its like: two decimals.
  var twoDecimals: String { isFinite ? String(format: "%.2f", self) : "–" }
}
