import Adversary
import ArgumentParser

/// How the engine works.
struct EngineOptions: ParsableArguments {
  @Option(help: "How many threads to use; all cores if not said.")
  var threads: Int?

  func validate() throws {
    if let threads, !(1...1024).contains(threads) {
      throw ValidationError("--threads must be between 1 and 1024")
    }
  }

  /// Makes the engine ready.
  func prepare() {
    if let threads { Engine.useThreads(threads) }
  }
}
