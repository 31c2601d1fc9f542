import Foundation
import ONNXLowering
import ProgramFormats
import ProgramIR
import ProgramRuntime
import TensorModule

/// The logits of a model for some pictures and the gradient of the summed cross-entropy.
struct GradientAnswer {
  private let logits: Tensor
  private let gradient: Tensor

  /// - Parameters:
  ///   - model: the path of an ONNX model.
  ///   - input: the path of Float32 pictures, row by row.
  ///   - labels: one class for each picture, between commas.
  ///   - isDouble: whether to compute in Float64.
  init(model: String, input: String, labels: String, isDouble: Bool) throws {
    let program = try ONNXModel.read(from: model).lowered().program
    let classes = labels.split(separator: ",").compactMap { Int($0) }
    let values = try Data(contentsOf: URL(filePath: input)).withUnsafeBytes {
      Array($0.bindMemory(to: Float.self))
    }
    guard let type = program.userInputs.first.flatMap({ program.types[$0.name] }),
      !classes.isEmpty
    else { throw LoweringFailure("no input or no labels") }
    let sizes = type.sizes.dropFirst().compactMap(\.fixedSize)
    let compiled = try CompiledProgram(program)
    var parameters = try Parameters(of: program)
    if isDouble {
      for (name, weight) in program.weights where weight.dataType == .float32 {
        parameters[name] = parameters[name]?.converted(to: .float64)
      }
    }
    let batch = type.sizes.first?.fixedSize ?? classes.count
    let picture = sizes.reduce(1, *)
    var (logits, gradients): ([Tensor], [Tensor]) = ([], [])
    for start in stride(from: 0, to: classes.count, by: batch) {
      let pixels = Array(values[(start * picture)..<((start + batch) * picture)])
      let target = Tensor(Array(classes[start..<(start + batch)]))
      let pictures = Tensor(pixels, shape: [batch] + sizes)
        .converted(to: isDouble ? .float64 : .float32)
      let result = try valueAndGradient(at: pictures) {
        images throws(EngineError) in
        let scores = try compiled([images], with: parameters)[0]
        return (scores.crossEntropy(labels: target), [scores])
      }
      logits.append(result.auxiliary[0].converted(to: .float32))
      gradients.append(result.gradient.converted(to: .float32))
    }
    self.logits = Tensor.concatenated(logits)
    gradient = Tensor.concatenated(gradients)
  }

  /// Writes `logits.bin` and `gradient.bin` as Float32.
  func write(to folder: String) throws {
    let place = URL(filePath: folder, directoryHint: .isDirectory)
    try FileManager.default.createDirectory(at: place, withIntermediateDirectories: true)
    try logits.data.write(to: place.appending(path: "logits.bin"))
    try gradient.data.write(to: place.appending(path: "gradient.bin"))
  }
}
