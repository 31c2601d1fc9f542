public import Testing

extension Trait where Self == ConditionTrait {
  /// Skips a long comparison, visibly, in debug builds.
  ///
  /// Its minutes are the engine's, whatever our own code was compiled with, and `make test` runs
  /// everything in release too.
  public static var releaseOnly: Self {
    #if DEBUG
    .disabled("minutes of engine time: runs in release")
    #else
    .enabled(if: true)
    #endif
  }
}
