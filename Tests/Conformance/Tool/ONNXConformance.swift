import Foundation
import ONNXLowering
import ProgramFormats

/// What the scripts beside it run: node tests of the ONNX project, and gradients of whole models.
///
///     onnx-conformance FOLDER                               answers every case of a folder
///     onnx-conformance --operators                          lists the operators that are supported
///     onnx-conformance --gradients MODEL INPUT LABELS OUT   writes logits and gradients of pictures
///     onnx-conformance --gradients-in-double …              the same, computed in Float64
@main
enum ONNXConformance {
  static func main() {
    let arguments = Array(CommandLine.arguments.dropFirst())
    do {
      switch (arguments.first, arguments.count) {
      case ("--operators"?, 1):
        for name in ONNXModel.supportedOperators {
          print(name.contains("::") ? name : "ai.onnx::\(name)")
        }
      case ("--gradients"?, 5), ("--gradients-in-double"?, 5):
        try GradientAnswer(
          model: arguments[1], input: arguments[2], labels: arguments[3],
          isDouble: arguments[0].hasSuffix("double")
        ).write(to: arguments[4])
      case (let folder?, 1): try NodeCase.all(in: folder).forEach { try $0.answer() }
      default:
        print("usage: onnx-conformance FOLDER | --operators | --gradients MODEL INPUT LABELS OUT")
        exit(64)
      }
    } catch {
      FileHandle.standardError.write(Data("onnx-conformance: \(error)\n".utf8))
      exit(65)
    }
  }
}
