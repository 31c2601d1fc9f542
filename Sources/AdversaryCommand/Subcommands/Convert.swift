import Adversary
import ArgumentParser
import Foundation

/// `adversary convert`.
struct Convert: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Write an ONNX model as a .pt2 file, or trained weights back into an ONNX model.",
    discussion: """
      Examples:
        adversary convert model.onnx model.pt2
        adversary convert model.onnx model.pt2 --input-shape 3x224x224
        adversary convert hardened/best.pt2 hardened.onnx --like model.onnx

      torch.export.load of PyTorch 2.9 to 2.13 opens the .pt2 file. It returns the scores of the \
      model for a batch of any size, where the model allows one.
      """)

  @Argument(help: "The file to read.")
  var source: String

  @Argument(help: "The file to write; its ending, .pt2 or .onnx, says what.")
  var destination: String

  @Option(
    help: ArgumentHelp(
      "The ONNX model whose network the new file has, with the weights of a .pt2 file that was trained "
        + "from it.", valueName: "file"))
  var like: String?

  @OptionGroup var engine: EngineOptions

  @OptionGroup var form: FormOptions

  func validate() throws {
    let isONNX = destination.lowercased().hasSuffix(".onnx")
    guard isONNX || destination.lowercased().hasSuffix(".pt2") else {
      throw ValidationError("\(destination) should end in .pt2 or .onnx")
    }
    if isONNX != (like != nil) {
      throw ValidationError(
        "an .onnx file needs --like, the ONNX model that the weights were trained from, and a .pt2 "
          + "file does not")
    }
  }

  func run() throws {
    engine.prepare()
    if let like {
      let count = try ONNXProducts.write(
        weightsOf: source, into: like, used: form.use, at: destination)
      print("\(destination): \(like) with \(count) tensors of \(source)")
      return
    }
    guard try ONNXModel.recognizes(fileAt: source) else {
      throw CommandFailure(.badData, "\(source): this is no ONNX model")
    }
    let lowered = try PreparedModel.lowered(
      ONNXModel.read(from: source), path: source, use: form.use)
    try lowered.program.write(to: destination)
    print(
      "\(destination): \(lowered.program.nodes.count) calls, "
        + "\(lowered.program.weights.count) tensors, batch: \(lowered.batch)")
    if lowered.takesIntegers, !lowered.program.preparesBytes {
      // The new file takes real numbers and does not show what they were.
      let range = lowered.takesSignedBytes ? "-128..127" : "\(ModelUse.Range.bytes)"
      remark("the model's pixels are integers: use \(destination) with --input-range=\(range)")
    }
  }
}
