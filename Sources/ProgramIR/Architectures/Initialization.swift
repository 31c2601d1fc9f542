import Foundation

/// Where the numbers of a weight come from before anything is learned.
public enum Initialization: Hashable, Sendable {
  /// The same number everywhere.
  case constant(Float)
  /// These numbers, in row-major order.
  case given([Float])
  /// Evenly distributed over −bound…bound.
  case uniform(bound: Double)
  /// Normally distributed around 0.
  case normal(standardDeviation: Double)
}

extension Initialization {
  /// The numbers.
  ///
  /// - Parameters:
  ///   - count: how many; as many as are given, if they are given.
  ///   - generator: asked only for random numbers: once for each of a uniform distribution, in pairs
  ///     for a normal one.
  func elements(_ count: Int, using generator: inout some RandomNumberGenerator) -> [Float] {
    switch self {
    case .constant(let number): return [Float](repeating: number, count: count)
    case .given(let numbers):
      precondition(numbers.count == count, "\(numbers.count) numbers for \(count) elements")
      return numbers
    case .uniform(let bound):
      return (0..<count).map { _ in Float(bound * (2 * Self.unit(generator.next()) - 1)) }
    case .normal(let deviation):
      var numbers: [Float] = []
      numbers.reserveCapacity(count + 1)
      while numbers.count < count {
        // Box and Muller 1958; 1 − u keeps the logarithm finite.
        let radius = deviation * (-2 * log(1 - Self.unit(generator.next()))).squareRoot()
        let angle = 2 * Double.pi * Self.unit(generator.next())
        numbers.append(Float(radius * cos(angle)))
        numbers.append(Float(radius * sin(angle)))
      }
      if numbers.count > count { numbers.removeLast() }
      return numbers
    }
  }

  /// The upper 53 bits as a number in 0..<1.
  private static func unit(_ bits: UInt64) -> Double { Double(bits >> 11) * 0x1p-53 }
}
