internal import CTorch

/// A name for a stream of random numbers, built from a seed and whatever the stream belongs to.
///
/// The same key always names the same stream. Attacks derive one key per (attack, sample, restart),
/// so that what a sample receives does not depend on its batch mates or on the order of the work.
public struct RandomKey: Hashable, Sendable {
  private var state: UInt64

  /// The key of a whole run.
  public init(seed: UInt64) {
    state = Self.mixed(seed)
  }

  /// The key of one numbered part, such as a sample or a restart.
  public func part(_ number: Int) -> RandomKey {
    var key = self
    key.state = Self.mixed(state ^ Self.mixed(UInt64(bitPattern: Int64(number))))
    return key
  }

  /// The key of one named part, such as an attack.
  public func part(_ name: String) -> RandomKey {
    var key = self
    for byte in name.utf8 { key.state = Self.mixed(key.state ^ UInt64(byte)) }
    key.state = Self.mixed(key.state ^ UInt64(name.utf8.count))
    return key
  }

  /// A generator at the beginning of the key's stream.
  ///
  /// The engine's generator takes 32 bits of the key, so two of many thousand keys may share a stream.
  public func makeGenerator() -> Generator { Generator(seed: state) }

  /// Runs a closure while operators that take no generator, such as dropout, draw from the beginning
  /// of the key's stream; afterwards their source is where it was before.
  ///
  /// The source is one for the process: nothing else may draw from it meanwhile. The engine takes 32
  /// bits of the key.
  public func feedingDefaults<R, E: Error>(_ body: () throws(E) -> R) throws(E) -> R {
    var scope: ct_default_randomness?
    trapping { () throws(EngineError) in
      try check(ct_default_randomness_enter(state, &scope), during: "seeding the engine")
    }
    defer { if let scope { ct_default_randomness_leave(scope) } }
    return try body()
  }

  /// The beginning of the key's stream of numbers for decisions in Swift, such as which square to try.
  public func makeNumbers() -> RandomNumbers { RandomNumbers(state: state) }

  /// The output function of SplitMix64 (Steele, Lea and Flood 2014).
  private static func mixed(_ value: UInt64) -> UInt64 {
    scrambled(value &+ 0x9E37_79B9_7F4A_7C15)
  }

  /// A bijection that leaves no visible trace of its argument.
  static func scrambled(_ value: UInt64) -> UInt64 {
    var z = value
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }
}
