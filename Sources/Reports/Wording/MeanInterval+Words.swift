public import Evaluation

extension MeanInterval {
  /// A mean of shares with its interval: `48.5 % ± 3.1`; the mean alone where one number is all.
  public var asPercentages: String {
    guard let halfWidth else { return mean.asPercentage }
    return "\(mean.asPercentage) ± \((halfWidth * 100).oneDecimal)"
  }
}
