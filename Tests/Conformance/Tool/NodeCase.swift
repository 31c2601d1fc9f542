import Foundation
import ONNXLowering
import ProgramFormats
import ProgramIR
import ProgramRuntime
import TensorModule

/// One folder with a model and what it is given; the answer is put beside them.
struct NodeCase {
  let folder: URL

  /// The cases of a folder that have no answer yet, in the order of their names.
  static func all(in folder: String) throws -> [NodeCase] {
    let place = URL(filePath: folder, directoryHint: .isDirectory)
    return try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
      .map { NodeCase(folder: place.appending(path: $0)) }
      .filter { $0.exists("bound.onnx") && !$0.exists("result.json") }
  }

  private func path(_ name: String) -> String { folder.appending(path: name).path }

  private func exists(_ name: String) -> Bool {
    FileManager.default.fileExists(atPath: path(name))
  }

  /// Runs the model, first with one input, then with none, and writes what comes out.
  func answer() throws {
    var answer = Answer(variant: "bound")
    if exists("model.onnx") { answer = attempt(Answer(variant: "one-input"), "model.onnx") }
    if answer.status != "ok" {
      let second = attempt(Answer(variant: "bound"), "bound.onnx")
      if second.status == "ok" || !exists("model.onnx") { answer = second }
    }
    try JSONEncoder().encode(answer).write(to: folder.appending(path: "result.json"))
  }

  private func attempt(_ answer: Answer, _ file: String) -> Answer {
    var answer = answer
    do {
      let tensors = try results(of: file)
      answer.status = "ok"
      answer.outputs = tensors.map {
        Answer.Output(dtype: "\($0.elementType)".numpyName, shape: $0.shape)
      }
      try write(tensors)
    } catch let error as LoweringError {
      answer.status = error.isUnknownOperator ? "unsupported" : "failed"
      answer.operator = error.operation
      answer.reason = "\(error)"
    } catch {
      answer.status = "failed"
      answer.reason = "\(error)"
    }
    return answer
  }

  private func results(of file: String) throws -> [Tensor] {
    var options = LoweringOptions()
    options.results = .all
    let model = try ONNXModel.read(from: path(file))
    let program = try model.lowered(options).program
    var arguments: [Tensor] = []
    if !model.graph.inputs.isEmpty {
      arguments = [try Tensor(ONNXTensor.read(from: path("inputs/0.pb")).weight)]
    }
    return try withoutGradients {
      try CompiledProgram(program)(arguments, with: Parameters(of: program))
    }
  }

  private func write(_ tensors: [Tensor]) throws {
    let place = folder.appending(path: "results")
    try FileManager.default.createDirectory(at: place, withIntermediateDirectories: true)
    for (index, tensor) in tensors.enumerated() {
      try tensor.data.write(to: place.appending(path: "\(index).bin"))
    }
  }
}

/// Something about a case that makes it useless.
struct LoweringFailure: Error, CustomStringConvertible {
  let description: String

  init(_ description: String) { self.description = description }
}

/// What became of a case, as the script reads it.
struct Answer: Encodable {
  /// The type and the sizes of one result.
  struct Output: Encodable {
    let dtype: String
    let shape: [Int]
  }

  var status = "failed"
  let variant: String
  var `operator`: String?
  var reason: String?
  var outputs: [Output] = []

  init(variant: String) { self.variant = variant }
}

extension String {
  /// A type of elements under the name that numpy and ml_dtypes have for it.
  fileprivate var numpyName: String {
    let names = [
      "float8e4m3fn": "float8_e4m3fn", "float8e5m2": "float8_e5m2",
      "float8e4m3fnuz": "float8_e4m3fnuz", "float8e5m2fnuz": "float8_e5m2fnuz",
      "float8e8m0fnu": "float8_e8m0fnu",
    ]
    return names[self] ?? self
  }
}

extension Tensor {
  /// The elements, row by row.
  var data: Data { Weight(self).storage.withBytes { Data($0) } }
}
