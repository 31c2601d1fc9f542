import Adversary
import Foundation

/// ONNX files with the weights of programs that were trained from them.
enum ONNXProducts {
  /// Writes an ONNX model with the weights of a program that it was once lowered to.
  ///
  /// - Parameters:
  ///   - source: a `.pt2` file.
  ///   - model: the ONNX model.
  ///   - path: where to write.
  /// - Returns: how many tensors were replaced.
  /// - Throws: ``CommandFailure`` when the two have no weights in common.
  @discardableResult
  static func write(
    weightsOf source: String, into model: String, at path: String
  ) throws -> Int {
    let program = try Program.read(from: source)
    let weights = try ONNXModel.read(from: model).weights(of: program)
    let names = Set(program.parameterNames)
    guard names.isSubset(of: weights.keys), !weights.isEmpty else {
      let stranger = names.subtracting(weights.keys).sorted().first ?? "any"
      throw CommandFailure(
        .badData,
        "\(source): it was not trained from \(model), which has no weight “\(stranger)” of that size"
      )
    }
    try ONNXModel.write(replacing: weights, ofModelAt: model, to: path)
    return weights.count
  }

  /// Writes the models of a training run as ONNX too, beside its `.pt2` files, if it began with one.
  ///
  /// - Returns: what was written.
  static func write(of folder: TrainingFolder, trainedFrom model: String) throws -> [String] {
    guard TrainingStart.isFile(model), try ONNXModel.recognizes(fileAt: model) else { return [] }
    var written: [String] = []
    for kind in TrainingFolder.Model.allCases {
      let source = folder.path(of: kind)
      guard FileManager.default.fileExists(atPath: source) else { continue }
      let path = folder.path(of: kind, as: "onnx")
      try write(weightsOf: source, into: model, at: path)
      written.append(path)
    }
    return written
  }
}
