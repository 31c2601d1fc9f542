import Foundation
import Imaging
import ProgramFormats
import ProgramIR

/// Models of three classes for pictures of 3×4×4 that show what tests want, and pictures for them.
enum SmallModel {
  /// Class k for pictures whose channel k is brightest.
  static let plain = brightestChannel(times: 4)

  /// The same with logits so large that the cross-entropy has no gradient left.
  static let millionfold = brightestChannel(times: 4e6)

  /// The same with numbers that are no parameters.
  static let weightless: Program = {
    var program = plain
    for index in program.inputs.indices {
      guard let name = program.inputs[index].weightName else { continue }
      program.inputs[index].source = .buffer(name)
    }
    return program
  }()

  /// The same with a softmax at its end.
  static let probabilities: Program = {
    var program = plain
    let logits = program.outputs[0].name
    program.nodes.append(
      Node(
        name: "softmax", operation: OperatorName("softmax", overload: "int"),
        arguments: [
          .init("self", .tensor(logits)), .init("dim", .integer(.constant(1))),
        ], outputs: [.tensor("probabilities")]))
    program.types["probabilities"] = program.types[logits]
    program.outputs = [.init(name: "probabilities", purpose: .result)]
    return program
  }()

  /// The same for pixels that are rounded to black or white by a step that has no gradient at all.
  static let stepped: Program = {
    var program = plain
    let pictures = program.userInputs[0].name
    program.nodes.insert(
      contentsOf: [
        Node(
          name: "step", operation: OperatorName("gt", overload: "Scalar"),
          arguments: [.init("self", .tensor(pictures)), .init("other", .real(.constant(0.5)))],
          outputs: [.tensor("isBright")]),
        Node(
          name: "cast", operation: OperatorName("to", overload: "dtype"),
          arguments: [.init("self", .tensor("isBright")), .init("dtype", .dataType(.float32))],
          outputs: [.tensor("bright")]),
      ], at: 0)
    var isBright = program.types[pictures]
    program.types["bright"] = isBright
    isBright?.dataType = .bool
    program.types["isBright"] = isBright
    program.nodes[2][argument: "self"] = .tensor("bright")
    return program
  }()

  private static func brightestChannel(times factor: Float) -> Program {
    let weight = (0..<3).flatMap { row in (0..<48).map { $0 / 16 == row ? factor / 16 : 0 } }
    return .softmaxRegression(weight: weight, bias: [0, 0, 0], channels: 3, height: 4, width: 4)
  }

  /// Makes `training` and `test` folders of pictures that the models get right, four a class.
  ///
  /// - Returns: the path of the folder with both.
  static func pictures(in folder: URL) throws -> String {
    let data = folder.appending(path: "small-pictures")
    for part in ["training", "test"] {
      for (label, name) in ["a", "b", "c"].enumerated() {
        let place = data.appending(path: part == "test" ? "test/\(name)" : "train/\(name)")
        try FileManager.default.createDirectory(at: place, withIntermediateDirectories: true)
        for number in 0..<4 {
          // The margin grows with the number, so that budgets of 8, 16… steps part the pictures.
          let colour = (0..<3).map {
            UInt8(($0 == label ? 124 : 120) + ($0 == label ? 8 * number : 0))
          }
          var samples = Picture(width: 4, height: 4, filledWith: colour).samples
          // Some steps more in one place: attacks by whole budgets then meet no tie between channels,
          // which rounding would decide by the size of the batch.
          samples[label] += 1
          samples[(label + 1) % 3] += 3
          try Picture(width: 4, height: 4, channels: 3, samples: samples)
            .write(toPNG: place.appending(path: "\(number).png").path)
        }
      }
    }
    return data.path
  }
}
