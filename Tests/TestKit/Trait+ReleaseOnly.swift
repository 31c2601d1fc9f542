public import Testing

extension Trait where Self == ConditionTrait {
  /// Skips a long test, visibly, in debug builds.
  ///
  /// Its minutes are the engine's or those of processes that begin, whatever our own code was compiled
  /// with, and `make test` runs everything in release too.
  public static var releaseOnly: Self {
    #if DEBUG
    .disabled("takes long: runs in release")
    #else
    .enabled(if: true)
    #endif
  }
}
