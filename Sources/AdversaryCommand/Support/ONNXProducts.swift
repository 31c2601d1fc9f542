import Adversary
import Foundation

/// ONNX files with the weights of programs that were trained from them.
enum ONNXProducts {
  /// Writes an ONNX model with the weights of a program that it was once lowered to.
  ///
  /// - Parameters:
  ///   - source: a `.pt2` file.
  ///   - model: the ONNX model.
  ///   - use: how the model is read.
  ///   - path: where to write.
  /// - Returns: how many tensors were replaced.
  /// - Throws: ``CommandFailure`` when the one has weights that training changes and the other lacks.
  @discardableResult
  static func write(
    weightsOf source: String, into model: String, used use: ModelUse, at path: String
  ) throws -> Int {
    guard try !ONNXModel.recognizes(fileAt: source) else {
      throw CommandFailure(
        .badData,
        "\(source): this is an ONNX model; what is put into another one are the weights of a .pt2 file "
          + "that was trained from it")
    }
    let program = try Program.read(from: source)
    let original = try ONNXModel.read(from: model)
    let weights = original.weights(of: program)
    func refusal(_ lack: String) -> CommandFailure {
      CommandFailure(.badData, "\(source): it was not trained from \(model), which \(lack)")
    }
    if let stranger = Set(program.parameterNames).subtracting(weights.keys).min() {
      throw refusal("has no weight “\(stranger)” of that size")
    }
    let lowered = try PreparedModel.lowered(original, path: model, use: use).program
    let changed = Set(original.weights(of: lowered).keys)
      .intersection(lowered.parameterNames + lowered.batchNormNames)
    if let missing = changed.subtracting(weights.keys).min() {
      throw refusal("has a weight “\(missing)” that it lacks")
    }
    guard !changed.isEmpty else { throw refusal("has no weight that training changes") }
    try ONNXModel.write(replacing: weights, ofModelAt: model, to: path)
    return weights.count
  }

  /// Writes the models of a training run as ONNX too, beside its `.pt2` files, if it began with one.
  ///
  /// - Parameter auxiliaryCount: how many auxiliary sets of batch-norm weights have models of their own.
  /// - Returns: what was written.
  static func write(
    of folder: TrainingFolder, auxiliaryCount: Int, trainedFrom model: String, used use: ModelUse
  ) throws -> [String] {
    guard TrainingStart.isFile(model), try ONNXModel.recognizes(fileAt: model) else { return [] }
    var written: [String] = []
    let branches = [.main] + (0..<auxiliaryCount).map(TrainableWeights.Branch.auxiliary)
    for kind in TrainingFolder.Model.allCases {
      for branch in branches {
        let source = folder.path(of: kind, branch: branch)
        guard FileManager.default.fileExists(atPath: source) else { continue }
        let path = folder.path(of: kind, branch: branch, as: "onnx")
        try write(weightsOf: source, into: model, used: use, at: path)
        written.append(path)
      }
    }
    return written
  }
}
