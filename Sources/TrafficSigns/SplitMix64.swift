/// The generator SplitMix64 (Steele, Lea and Flood, 2014): small, quick, the same on every platform.
struct SplitMix64: Sendable {
  private var state: UInt64

  init(seed: UInt64) {
    state = seed
  }

  /// A stream of its own for each list of keys.
  init(keys: [UInt64]) {
    state = keys.reduce(0) { SplitMix64.mixed($0 &+ SplitMix64.increment ^ $1) }
  }

  mutating func next() -> UInt64 {
    state &+= SplitMix64.increment
    return SplitMix64.mixed(state)
  }

  /// A bijection of 64-bit numbers that leaves no visible trace of its argument.
  static func mixed(_ value: UInt64) -> UInt64 {
    var z = value
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }

  private static let increment: UInt64 = 0x9E37_79B9_7F4A_7C15
}

/// Draws from distributions, by arithmetic that rounds alike everywhere.
extension SplitMix64 {
  /// A number in 0 ..< 1.
  mutating func unit() -> Double { Double(next() >> 11) * 0x1p-53 }

  mutating func uniform(_ range: ClosedRange<Double>) -> Double {
    range.lowerBound + (range.upperBound - range.lowerBound) * unit()
  }

  /// True with the given probability.
  mutating func chance(_ probability: Double) -> Bool { unit() < probability }

  /// A number below `count`.
  mutating func index(below count: Int) -> Int { Int(unit() * Double(count)) }

  /// A nearly normal number: the sum of four uniform ones, brought to mean 0 and variance 1.
  mutating func bell() -> Double {
    (unit() + unit() + unit() + unit() - 2) * 3.0.squareRoot()
  }

  /// A colour between two, each component drawn for itself.
  mutating func colour(from a: Colour, to b: Colour, spread: Double = 0.1) -> Colour {
    let base = a.mixed(with: b, unit())
    return Colour(
      red: base.red * uniform(1 - spread...1 + spread),
      green: base.green * uniform(1 - spread...1 + spread),
      blue: base.blue * uniform(1 - spread...1 + spread))
  }
}
