import Foundation
import TensorModule

extension RandomNumbers {
  /// A number in 0 ..< 1.
  mutating func unit() -> Double { Double(next() >> 11) * 0x1p-53 }

  /// A number of a range.
  mutating func uniform(_ range: ClosedRange<Float>) -> Float {
    range.lowerBound + (range.upperBound - range.lowerBound) * Float(unit())
  }

  /// A whole number of a range.
  mutating func whole(_ range: ClosedRange<Int>) -> Int {
    range.lowerBound + Int(unit() * Double(range.count))
  }

  /// Independent numbers of mean 0 and variance 1 from the normal distribution.
  ///
  /// Marsaglia and Bray 1964, “A convenient method for generating normal variables”.
  mutating func normals(_ count: Int) -> [Float] {
    var result: [Float] = []
    result.reserveCapacity(count + 1)
    while result.count < count {
      let (x, y) = (2 * unit() - 1, 2 * unit() - 1)
      let square = x * x + y * y
      guard square > 0 && square < 1 else { continue }
      let factor = (-2 * log(square) / square).squareRoot()
      result.append(Float(x * factor))
      result.append(Float(y * factor))
    }
    if result.count > count { result.removeLast() }
    return result
  }

  /// A number from the Poisson distribution.
  ///
  /// By inversion from the mode outwards, about as many steps as the standard deviation.
  ///
  /// - Parameters:
  ///   - mean: its mean, positive.
  ///   - likelihood: the probability of the mode, ⌊mean⌋.
  mutating func poisson(mean: Double, likelihoodOfMode likelihood: Double) -> Int {
    var rest = unit() - likelihood
    var (above, below) = (Int(mean), Int(mean))
    var (likelihoodAbove, likelihoodBelow) = (likelihood, likelihood)
    if rest < 0 { return above }
    // What rounding leaves of the last tail falls to the number where the search ends.
    while likelihoodAbove > 1e-18 || likelihoodBelow > 1e-18 {
      above += 1
      likelihoodAbove *= mean / Double(above)
      rest -= likelihoodAbove
      if rest < 0 { return above }
      guard below > 0 else {
        likelihoodBelow = 0
        continue
      }
      likelihoodBelow *= Double(below) / mean
      below -= 1
      rest -= likelihoodBelow
      if rest < 0 { return below }
    }
    return above
  }

  /// The probability of the mode ⌊mean⌋ of a Poisson distribution.
  static func likelihoodOfMode(mean: Double) -> Double {
    let mode = mean.rounded(.down)
    return exp(mode * log(mean) - mean - lgamma(mode + 1))
  }
}
