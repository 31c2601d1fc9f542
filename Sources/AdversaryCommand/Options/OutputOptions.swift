import Adversary
import ArgumentParser

/// Where results go.
struct OutputOptions: ParsableArguments {
  @Option(
    name: .shortAndLong,
    help: ArgumentHelp(
      "A new folder for the pictures, a page (index.html) and run.json.", valueName: "folder"))
  var output: String?

  @Flag(help: "Replace an earlier run in that folder.")
  var replace = false

  @Flag(help: "Print everything as JSON.")
  var json = false

  @Option(
    help: ArgumentHelp(
      "How many pictures to work on at once. Results depend on it only by rounding: convolutions round "
        + "differently for different batch sizes, which now and then decides about a picture."))
  var batchSize = 64

  func validate() throws {
    if !(1...1_000_000).contains(batchSize) {
      throw ValidationError("--batch-size must be between 1 and 1000000")
    }
    if replace && output == nil { throw ValidationError("--replace needs --output") }
  }

  /// Makes the folder, if one is wanted.
  func makeFolder() throws -> RunFolder? {
    try output.map { try RunFolder(creating: $0, replacing: replace) }
  }
}
