/// Pixels to which nothing was done but a · (x − mean).
struct PixelLine {
  /// a, one for all or one for each channel or pixel.
  private var factors = [1.0]
  /// The pixel that becomes 0; the largest one where channels or pixels have their own.
  private(set) var mean = 0.0

  /// The median of the factors.
  private var factor: Double { factors.sorted()[factors.count / 2] }

  /// Multiplies by one number, or by one for each channel or pixel.
  mutating func multiply(by numbers: [Double]) {
    if numbers.count == factors.count {
      factors = zip(factors, numbers).map { $0 * $1 }
    } else if factors.count == 1 {
      factors = numbers.map { factors[0] * $0 }
    } else {
      let number = numbers.sorted()[numbers.count / 2]
      factors = factors.map { $0 * number }
    }
  }

  /// Adds one number, or one for each channel or pixel.
  ///
  /// Where the factor is far below the usual one, the number says nothing about pixels.
  mutating func add(_ numbers: [Double]) {
    let usual = factor
    let factors =
      factors.count == numbers.count
      ? factors : Array(repeating: usual, count: numbers.count)
    let means = zip(numbers, factors)
      .filter { $1 != 0 && abs($1) >= abs(usual) / 10 }
      .map { -$0 / $1 }
    mean += means.max() ?? 0
  }

  /// A mean of pixels is one of them at most, so those in [0, 1] have none above 1, and those of
  /// scikit-learn's digits none above 16.
  private static let largestMeanOfOthers = 20.0

  /// The means that pixels in [0, 1] are given, with room for rounding.
  private static let unitMeans = 0.01...1.05

  /// Smaller factors bring pixels up to 255 near 1.
  private static let leastFactorOfOthers = 0.02

  /// Whether pixels up to 255 are meant.
  var fitsBytes: Bool {
    let factor = factor
    guard factor != 0 else { return false }
    if mean > Self.largestMeanOfOthers { return true }
    // Bytes may also be lifted a little, as by (x + 0.5) / 256; what is lifted much was learned.
    return abs(factor) < Self.leastFactorOfOthers && mean > -Self.largestMeanOfOthers
      && !Self.unitMeans.contains(mean)
  }
}
