internal import CTorch

/// A source of random numbers on the processor, given explicitly to whatever needs it.
///
/// Two generators with the same seed give the same numbers. Not Sendable: a generator is used by
/// one thread.
public final class Generator {
  private let handle: ct_generator

  /// A generator that starts from a seed.
  public init(seed: UInt64) {
    var made: ct_generator?
    trapping { () throws(EngineError) in
      try check(ct_generator_make(seed, &made), during: "making a generator")
    }
    guard let made else { fatalError("the engine made no generator") }
    handle = made
  }

  deinit { ct_generator_free(handle) }

  func withHandle<R, E: Error>(_ body: (ct_generator) throws(E) -> R) throws(E) -> R {
    defer { withExtendedLifetime(self) {} }
    return try body(handle)
  }
}
