import Foundation

/// Student's t distribution.
///
/// Student 1908, “The probable error of a mean”.
struct StudentDistribution {
  /// How many independent differences there are, positive.
  let degreesOfFreedom: Int

  /// The number below which t lies with a probability of 97.5 %: with 95 %, t lies between it and its
  /// negative.
  var quantile: Double {
    // Beyond 12.8 only for no degree of freedom; sixty halvings leave no visible error.
    var (low, high) = (0.0, 13.0)
    for _ in 0..<60 {
      let middle = (low + high) / 2
      if tail(beyond: middle) > 0.05 { low = middle } else { high = middle }
    }
    return (low + high) / 2
  }

  /// The probability of |t| above a number that is not negative.
  ///
  /// By the finite sums of Abramowitz and Stegun 1964, 26.7.3 and 26.7.4.
  func tail(beyond t: Double) -> Double {
    let degrees = degreesOfFreedom
    let angle = atan(t / Double(degrees).squareRoot())
    let (sine, cosine) = (sin(angle), cos(angle))
    let isOdd = !degrees.isMultiple(of: 2)
    var term = isOdd ? cosine : 1
    var sum = degrees == 1 ? 0 : term
    for power in stride(from: isOdd ? 3 : 2, to: degrees, by: 2) {
      term *= cosine * cosine * Double(power - 1) / Double(power)
      sum += term
    }
    return 1 - (isOdd ? 2 / .pi * (angle + sine * sum) : sine * sum)
  }
}
