import ProgramFormats
import ProgramIR
import ProgramRuntime
import TensorModule

extension Lowering {
  /// The program that returns some values, without calls and weights that nobody needs.
  mutating func finished(
    returning values: [LoweredValue], _ options: LoweringOptions, batch: LoweredModel.Batch,
    pixelType: ElementType
  ) throws(LoweringError) -> LoweredModel {
    switch options.results {
    case .all:
      for value in values { try addResult(try asInGraph(value)) }
    case .scores: try addResult(try scores(among: values, options))
    }
    var live = program.withoutDeadNodes().withoutUnreadWeights()
    // PyTorch's order: parameters, buffers, constants, what the caller provides.
    live.inputs = (0..<4).flatMap { rank in live.inputs.filter { $0.source.rank == rank } }
    let names = Set(live.nodes.map(\.name))
    let steps = steps.filter { step in
      program.nodes[step.calls ?? 0..<0].contains { names.contains($0.name) }
    }
    return LoweredModel(
      program: live, batch: batch, takesIntegers: !pixelType.isReal,
      takesSignedBytes: pixelType == .int8, leavesOutSigmoid: leavesOutSigmoid,
      steps: Self.listed(steps))
  }

  /// Steps for people, each node once.
  private static func listed(_ steps: [NotedStep]) -> [LoweredModel.Step] {
    var list: [LoweredModel.Step] = []
    for step in steps where list.last?.node != step.node.name {
      list.append(
        .init(
          node: step.node.name, operation: step.node.spelledOperation, passing: step.passing))
    }
    return list
  }

  private mutating func addResult(_ value: LoweredValue) throws(LoweringError) {
    program.outputs.append(
      Program.Output(name: try name(of: try materialized(value)), purpose: .result))
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
