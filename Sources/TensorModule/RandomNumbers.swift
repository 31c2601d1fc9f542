/// A stream of random numbers for decisions in Swift: the generator SplitMix64.
///
/// Steele, Lea and Flood 2014, “Fast splittable pseudorandom number generators”.
public struct RandomNumbers: RandomNumberGenerator, Sendable {
  private var state: UInt64

  init(state: UInt64) {
    self.state = state
  }

  /// Any 64 bits.
  public mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    return RandomKey.scrambled(state)
  }
}
