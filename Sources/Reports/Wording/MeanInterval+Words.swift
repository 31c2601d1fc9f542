public import Evaluation

extension MeanInterval {
  /// A mean of shares with its interval: `48.5 % ± 3.1`; the mean alone where one number is all.
  public var asPercentages: String { mean.asPercentage + ending(times: 100) { $0.oneDecimal } }

  /// A mean of differences of shares with its interval, in percentage points: `+0.5 ± 3.1`.
  var asPoints: String {
    (mean >= 0 ? "+" : "−") + (abs(mean) * 100).oneDecimal + ending(times: 100) { $0.oneDecimal }
  }

  /// A mean with its interval: `0.32 ± 0.05`.
  var words: String { mean.twoDecimals + ending(times: 1) { $0.twoDecimals } }

  private func ending(times factor: Double, _ text: (Double) -> String) -> String {
    halfWidth.map { " ± \(text($0 * factor))" } ?? ""
  }
}
