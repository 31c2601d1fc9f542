import Adversary
import ArgumentParser

/// `adversary inspect`.
struct Inspect: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Show what a model file holds: inputs, outputs, parameters, operators, batch norms.",
    discussion: """
      Nothing in the file is executed.

      Examples:
        adversary inspect model.pt2
        adversary inspect model.pt2 --json
      """)

  @Argument(help: "A model that PyTorch exported.")
  var model: String

  @Flag(help: "Print everything as JSON.")
  var json = false

  func run() throws {
    let summary = ProgramSummary(of: try Program.read(from: model))
    if json {
      try summary.printAsJSON()
    } else {
      print("\(model)\n\(summary.text)")
    }
  }
}
