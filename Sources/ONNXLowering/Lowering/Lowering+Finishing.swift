import ProgramFormats
import ProgramIR
import ProgramRuntime
import TensorModule

extension Lowering {
  /// The program that returns some values, without calls and weights that nobody needs.
  mutating func finished(
    returning values: [LoweredValue], _ options: LoweringOptions, batch: LoweredModel.Batch,
    takesIntegers: Bool
  ) throws(LoweringError) -> LoweredModel {
    switch options.results {
    case .all:
      for value in values { try addResult(try asInGraph(value)) }
    case .scores: try addResult(try scores(among: values, named: options.scores))
    }
    var live = program.withoutDeadNodes().withoutUnreadWeights()
    // PyTorch's order: parameters, buffers, constants, what the caller provides.
    live.inputs = (0..<4).flatMap { rank in live.inputs.filter { $0.source.rank == rank } }
    let names = Set(live.nodes.map(\.name))
    let steps = steps.filter { step in
      program.nodes[step.calls].contains { names.contains($0.name) }
    }
    return LoweredModel(
      program: live, batch: batch, takesIntegers: takesIntegers,
      steps: steps.map { .init(node: $0.node.name, operation: $0.node.spelledOperation) })
  }

  private mutating func addResult(_ value: LoweredValue) throws(LoweringError) {
    program.outputs.append(
      Program.Output(name: try name(of: try materialized(value)), purpose: .result))
  }

  /// One row of scores for each picture, from what the model returns.
  private mutating func scores(
    among values: [LoweredValue], named name: String?
  ) throws(LoweringError) -> LoweredValue {
    var candidates: [(name: String, value: LoweredValue)] = []
    for (output, value) in zip(model.graph.outputs, values)
    where value.isRealInGraph && value.dependsOnPicture && (name ?? output.name) == output.name {
      if try isTable(value) { candidates.append((output.name, value)) }
    }
    guard let scores = candidates.first?.value else {
      let names = model.graph.outputs.map(\.name).joined(separator: ", ")
      throw LoweringError(
        "none of what the model returns (\(names)) is one row of real numbers for each picture"
          + (name.map { ", called \($0)" } ?? ""))
    }
    guard candidates.count == 1 else {
      let names = candidates.map(\.name).joined(separator: ", ")
      throw LoweringError(
        "the model returns several tables of numbers: \(names); say which holds the scores, as "
          + "--scores-from \(candidates[0].name) does")
    }
    let real = try asInGraph(classScores(for: scores))
    let rows = real.rank == 2 ? real : try call("aten::flatten.using_ints", .tensor(real), 1, -1)
    let flat = try sizes(of: rows)[1] == 1 ? pair(of: rows) : rows
    return flat.elementType == .float32
      ? flat : try call("aten::to.dtype", .tensor(flat), .type(.float32))
  }

  /// Whether a value has one row for each picture: one size besides the batch that is not 1, at most.
  private func isTable(_ value: LoweredValue) throws(LoweringError) -> Bool {
    guard value.rank >= 2 else { return false }
    return try sizes(of: value).dropFirst().filter { $0 != 1 }.count <= 1
  }

  /// Two scores where the model gives one for the second of two classes: the first class has zero.
  ///
  /// A probability is taken back to what the sigmoid was applied to, which has the same two
  /// probabilities as a softmax.
  private mutating func pair(of score: LoweredValue) throws(LoweringError) -> LoweredValue {
    var score = score
    if case .traced(let traced) = score.content, let before = sigmoidOperands[traced.name] {
      score = before
    }
    let zero = try call("aten::zeros_like", .tensor(score))
    return try call("aten::cat", .tensors([zero, score]), 1)
  }

  private func classScores(for value: LoweredValue) -> LoweredValue {
    guard case .traced(let traced) = value.content else { return value }
    return classScores[traced.name] ?? value
  }

  /// The value with elements of the type that the graph says.
  mutating func asInGraph(_ value: LoweredValue) throws(LoweringError) -> LoweredValue {
    guard let type = value.standsFor, let dataType = type.dataType,
      value.elementType != ElementType(dataType)
    else { return value }
    noteStep(on: value)
    // Whole numbers that were computed may lie beside what they stand for.
    let whole = value.isReal && !type.isReal ? try call("aten::round", .tensor(value)) : value
    return try call("aten::to.dtype", .tensor(whole), .type(ElementType(dataType)))
      .standing(for: type)
  }
}

extension Program.Input.Source {
  fileprivate var rank: Int {
    switch self {
    case .parameter: 0
    case .buffer: 1
    case .constant: 2
    case .user: 3
    }
  }
}
