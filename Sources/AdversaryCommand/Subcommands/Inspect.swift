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
        adversary inspect model.onnx --input-shape 3x224x224
      """)

  @Argument(help: "A model that PyTorch exported, or an ONNX file.")
  var model: String

  @OptionGroup var input: InputOptions

  @Flag(help: "Print everything as JSON.")
  var json = false

  func run() throws {
    let summary = ProgramSummary(of: try PreparedModel(path: model, use: input.use))
    if json {
      try summary.printAsJSON()
    } else {
      print("\(model)\n\(summary.text)")
    }
  }
}
