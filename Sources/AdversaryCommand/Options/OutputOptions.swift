import Adversary
import ArgumentParser

/// Where results go.
struct OutputOptions: ParsableArguments {
  @Option(
    name: .shortAndLong,
    help: ArgumentHelp(
      "A new folder for the pictures, a page (index.html) and run.json; with --oracle and --journal also "
        + "the folder of the same attack.", valueName: "folder"))
  var output: String?

  @Flag(help: "Replace an earlier run in that folder.")
  var replace = false

  @Flag(help: "Print everything as JSON.")
  var json = false

  @Option(
    help: ArgumentHelp(
      "How many pictures to work on at once; 64 if not said. Results depend on it only by rounding: convolutions round "
        + "differently for different batch sizes, which now and then decides about a picture."))
  var batchSize: Int?

  func validate() throws {
    if let batchSize, !(1...1_000_000).contains(batchSize) {
      throw ValidationError("--batch-size must be between 1 and 1000000")
    }
    if replace && output == nil { throw ValidationError("--replace needs --output") }
  }

  /// Makes the folder, if one is wanted.
  ///
  /// - Parameter isContinued: whether what a folder holds is this very run, which may be written anew.
  func makeFolder(
    continuing isContinued: (_ path: String) -> Bool = { _ in false }
  ) throws -> RunFolder? {
    try output.map { try RunFolder(creating: $0, replacing: replace || isContinued($0)) }
  }
}
