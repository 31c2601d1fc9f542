import Adversary

/// What a person wants to know of a program before attacking it.
struct ProgramSummary: Encodable {
  let producer: String
  let inputs: [String]
  let outputs: [String]
  let parameterTensors: Int
  let parameters: Int
  let bufferTensors: Int
  let calls: Int
  let operators: [String: Int]
  let batchNorms: Int
  let callsAfterFolding: Int
  /// The form and the range of the pictures that the model takes.
  let takenAs: String
  /// How scores are made probabilities in the file, which is left out; nothing if they are not.
  let leftOut: String?
  /// How pictures and scores are taken, where that was recognised or asked for.
  let use: [String: String]
  /// How an ONNX model takes batches; nothing for other models.
  let batch: String?
  /// Nodes of an ONNX model through which no gradient passes, or only a made-up one.
  let steps: [String]
  /// Those of them that pass gradients on inside their range.
  let quantised: [String]
  /// Those of them through which no gradient passes, made up or not, as the model is used.
  private let cutting: Set<String>
  /// Why the program cannot be attacked, or nothing if it can.
  let obstacle: String?
  /// Whether a model whose batch is fixed is shown copies of one picture, because it mixes the pictures of a batch.
  let isShownCopies: Bool

  init(of model: PreparedModel) {
    let program = model.program
    use = model.use.recorded
    takenAs = [model.takenForm, "pixels \(model.use.range ?? .unit)"].compactMap(\.self)
      .joined(separator: ", ")
    leftOut = model.leftOut?.rawValue
    batch = model.lowered?.batch.description
    let noted = model.lowered?.steps ?? []
    steps = noted.map(\.description)
    quantised = noted.filter { $0.passing == .always }.map(\.description)
    let passes = model.use.isStraightThrough
    cutting = Set(
      noted.filter { $0.passing == .never || $0.passing == .ifAsked && !passes }.map(\.description))
    func described(_ name: String) -> String {
      "\(name): \(program.types[name]?.description ?? "unknown")"
    }
    producer = program.producer
    inputs = program.userInputs.map { described($0.name) }
    outputs = program.results.map { described($0.name) }
    let names = program.parameterNames
    parameterTensors = names.count
    parameters = names.compactMap { program.weights[$0]?.elementCount }.reduce(0, +)
    bufferTensors = program.weights.count - names.count
    calls = program.nodes.count
    operators = program.nodes.reduce(into: [:]) { $0[$1.operation.description, default: 0] += 1 }
    batchNorms = program.nodes.count { $0.operation.name.contains("batch_norm") }
    callsAfterFolding = program.inEvaluationMode().foldingBatchNorm().nodes.count
    switch model.classifier {
    case .failure(let error): (obstacle, isShownCopies) = (error.sentence, false)
    case .success(let classifier): (obstacle, isShownCopies) = (nil, classifier.mixesBatches)
    }
  }

  private static let copies =
    ", with a batch of copies of one picture at a time, because it mixes the pictures of a batch"

  private enum CodingKeys: CodingKey {
    case producer, inputs, outputs, parameterTensors, parameters, bufferTensors, calls, operators
    case batchNorms, callsAfterFolding, takenAs, leftOut, use, batch, steps, quantised, obstacle
    case isShownCopies
  }

  /// The summary for a terminal.
  var text: String {
    let blind = steps.filter(cutting.contains)
    let madeUp = steps.filter { !cutting.contains($0) }
    let recognised: [(String, String)] =
      [("taken as", takenAs)] + (batch.map { [("batch", $0)] } ?? [])
      + (blind.isEmpty ? [] : [("no gradient", blind.shortened(to: 5))])
      + (madeUp.isEmpty ? [] : [("made-up gradient", madeUp.shortened(to: 5))])
    let rows: [(String, String)] =
      [
        ("written by", producer), ("input", inputs.joined(separator: ", ")),
      ]
      + recognised + [
        (
          "output",
          outputs.joined(separator: ", ")
            + (leftOut.map { ", whose \($0) is left out" } ?? "")
        ),
        ("parameters", "\(parameters) in \(parameterTensors) tensors"),
        ("buffers", "\(bufferTensors) tensors"), ("batch norms", "\(batchNorms)"),
        ("calls", "\(calls), \(callsAfterFolding) with batch norms folded and dropout removed"),
        ("as a classifier", obstacle ?? "ready to be attacked\(isShownCopies ? Self.copies : "")"),
      ]
    let width = rows.map(\.0.count).max() ?? 0
    func line(_ label: String, _ text: String) -> String {
      // Names come from the file.
      "  " + label + String(repeating: " ", count: width + 2 - label.count) + text.safeToPrint
    }
    let table = operators.sorted { ($1.value, $0.key) < ($0.value, $1.key) }
      .map { line("\($0.value)×", $0.key) }
    return (rows.map(line) + ["", "  operators"] + table).joined(separator: "\n")
  }
}

extension PreparedModel {
  /// The form of the pictures as the model takes them; nothing if it takes none.
  fileprivate var takenForm: String? {
    switch form {
    case .flat(let count): "lists of \(count) numbers"
    case .channelsFirst, .channelsLast: (use.layout ?? .channelsFirst).rawValue
    case nil: nil
    }
  }
}

extension [String] {
  /// The first few, and how many more there are.
  func shortened(to count: Int) -> String {
    let more = self.count - count
    return prefix(count).joined(separator: ", ") + (more > 0 ? " and \(more) more" : "")
  }
}
