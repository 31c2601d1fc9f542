/// Pixels to which nothing was done but a · (x − mean).
struct PixelLine {
  /// a, one for all or one for each channel or pixel.
  private var factors = [1.0]
  /// The pixel that becomes 0; the largest one where channels or pixels have their own.
  private(set) var mean = 0.0

  /// Whether pixels are compared with, cut at or spread over numbers that only bytes reach.
  private var reachesBytes = false

  /// The median of what the factors are without their signs; those that are 0 take no part.
  private var factor: Double {
    let sizes = factors.map(abs).filter { $0 > 0 }.sorted()
    return sizes.isEmpty ? 0 : sizes[sizes.count / 2]
  }

  /// Whether all factors are about the same, so that one pixel is as good as another.
  private var isEven: Bool {
    let usual = factor
    return factors.allSatisfy { $0 == 0 || (usual / 4...usual * 4).contains(abs($0)) }
  }

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
      ? factors : Array(repeating: signed(usual), count: numbers.count)
    let means = zip(numbers, factors)
      .filter { $1 != 0 && abs($1) >= abs(usual) / 10 }
      .map { -$0 / $1 }
    mean += means.max() ?? 0
  }

  /// Compares with numbers.
  ///
  /// Where factors differ, it is not known which of them a number belongs to.
  mutating func compare(with numbers: [Double]) {
    if isEven, let highest = pixels(numbers).max(), Self.bytesAlone.contains(highest) {
      reachesBytes = true
    }
  }

  /// Cuts at numbers.
  ///
  /// Those that lie far out are guards, and say nothing.
  mutating func cut(at numbers: [Double]) {
    if isEven, let highest = pixels(numbers).max(), Self.white.contains(highest) {
      reachesBytes = true
    }
  }

  /// The pixels that become some numbers.
  private func pixels(_ numbers: [Double]) -> [Double] {
    let factor = signed(factor)
    return numbers.map { mean + $0 / factor }.filter(\.isFinite)
  }

  /// Divides by the roots of variances, of which 0 and 1 and what lies between have none above 1/4.
  mutating func spread(over variances: [Double]) {
    let factor = factor
    let largest = variances.map { $0 / (factor * factor) }.filter(\.isFinite).max()
    if isEven, let largest, largest > Self.largestMeanOfOthers * Self.largestMeanOfOthers / 4 {
      reachesBytes = true
    }
  }

  private func signed(_ size: Double) -> Double { factors.allSatisfy { $0 <= 0 } ? -size : size }

  /// A mean of pixels is one of them at most, so those in [0, 1] have none above 1, and those of
  /// scikit-learn's digits none above 16.
  private static let largestMeanOfOthers = 20.0

  /// Numbers that bytes reach and others do not, with room for rounding.
  private static let bytesAlone = largestMeanOfOthers...256

  /// White as a byte, with room for rounding.
  private static let white = 254.0...256

  /// The means that pixels in [0, 1] are given, with room for rounding.
  private static let unitMeans = 0.01...1.05

  /// Smaller factors bring pixels up to 255 near 1.
  private static let leastFactorOfOthers = 0.02

  /// Whether pixels up to 255 are meant.
  var fitsBytes: Bool {
    let factor = factor
    guard factor != 0 else { return false }
    if reachesBytes || mean > Self.largestMeanOfOthers { return true }
    // Bytes may also be lifted a little, as by (x + 0.5) / 256; what is lifted much was learned.
    return factor < Self.leastFactorOfOthers && mean > -Self.largestMeanOfOthers
      && !Self.unitMeans.contains(mean)
  }
}
