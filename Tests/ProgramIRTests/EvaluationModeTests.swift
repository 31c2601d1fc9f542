import ProgramIR
import Testing

@Suite struct EvaluationModeTests {
  private static func program(_ nodes: [Node], result: String, buffers: [String] = []) -> Program {
    Program(
      inputs: buffers.map { .init(name: $0, source: .buffer($0)) }
        + [.init(name: "x", source: .user)],
      nodes: nodes, outputs: [.init(name: result, purpose: .result)], weights: [:],
      producer: "test")
  }

  private static func call(
    _ operation: OperatorName, _ arguments: [(String, Node.Argument)], to output: String?
  ) -> Node {
    Node(
      name: output ?? operation.name, operation: operation,
      arguments: arguments.map { Node.NamedArgument($0.0, $0.1) },
      outputs: output.map { [.tensor($0)] } ?? [])
  }

  @Test(arguments: [
    "dropout", "dropout_", "feature_dropout", "alpha_dropout", "feature_alpha_dropout_",
  ])
  func dropoutIsGone(name: String) {
    let input = name.hasSuffix("_") ? "self" : "input"
    let dropout: [(String, Node.Argument)] = [
      ("p", .real(.constant(0.5))), ("train", .truth(.constant(true))),
    ]
    let program = Self.program(
      [
        Self.call(OperatorName(name), [(input, .tensor("x"))] + dropout, to: "a"),
        Self.call(OperatorName(name), [(input, .tensor("a"))] + dropout, to: "b"),
        Self.call(OperatorName("relu"), [("self", .tensor("b"))], to: "c"),
        Self.call(OperatorName(name), [(input, .tensor("c"))] + dropout, to: "d"),
      ], result: "d")
    #expect(program.isInTrainingMode)
    let evaluated = program.inEvaluationMode()
    #expect(!evaluated.isInTrainingMode)
    #expect(evaluated.nodes.map(\.name) == ["c"])
    #expect(evaluated.nodes.first?[argument: "self"] == .tensor("x"))
    #expect(evaluated.outputs.map(\.name) == ["c"])
  }

  @Test func normalisationUsesRunningStatistics() {
    let batchNorm = Self.call(
      OperatorName("batch_norm"),
      [
        ("input", .tensor("x")), ("running_mean", .tensor("mean")),
        ("training", .truth(.constant(true))), ("eps", .real(.constant(1e-5))),
      ], to: "y")
    let program = Self.program([batchNorm], result: "y", buffers: ["mean"])
    #expect(program.isInTrainingMode)
    let evaluated = program.inEvaluationMode()
    #expect(!evaluated.isInTrainingMode)
    #expect(evaluated.nodes[0][argument: "training"] == .truth(.constant(false)))
    #expect(evaluated.nodes[0].arguments.map(\.name) == batchNorm.arguments.map(\.name))
  }

  @Test func normalisationWithoutRunningStatisticsStays() {
    let nodes = [
      Self.call(
        OperatorName("batch_norm"),
        [
          ("input", .tensor("x")), ("running_mean", .none),
          ("training", .truth(.constant(true))),
        ], to: "y")
    ]
    #expect(Self.program(nodes, result: "y").inEvaluationMode().nodes == nodes)
    #expect(!Self.program(nodes, result: "y").isInTrainingMode)
  }

  @Test func attentionDropsNothing() {
    let attention = Self.call(
      OperatorName("scaled_dot_product_attention"),
      [("query", .tensor("x")), ("dropout_p", .real(.constant(0.1)))], to: "y")
    let evaluated = Self.program([attention], result: "y").inEvaluationMode()
    #expect(evaluated.nodes[0][argument: "dropout_p"] == .real(.constant(0)))
  }

  @Test func countsOfBatchesAndChecksAreGone() {
    var program = Self.program(
      [
        Self.call(
          OperatorName("add_", overload: "Tensor"),
          [("self", .tensor("count")), ("other", .integer(.constant(1)))], to: "counted"),
        Self.call(OperatorName("_assert_tensor_metadata"), [("a", .tensor("x"))], to: nil),
        Self.call(OperatorName("relu"), [("self", .tensor("x"))], to: "y"),
      ], result: "y", buffers: ["count"])
    program.outputs.append(.init(name: "counted", purpose: .bufferUpdate("count")))
    let evaluated = program.inEvaluationMode()
    #expect(evaluated.nodes.map(\.name) == ["y"])
    #expect(evaluated.outputs.map(\.name) == ["y"])
    #expect(evaluated.inputs == program.inputs)
  }

  @Test func deadCallsGoUnlessTheyChangeSomething() {
    let nodes = [
      Self.call(OperatorName("view"), [("self", .tensor("x"))], to: "view"),
      Self.call(OperatorName("relu_"), [("self", .tensor("view"))], to: "changed"),
      Self.call(OperatorName("neg"), [("self", .tensor("x"))], to: "unread"),
      Self.call(OperatorName("abs"), [("self", .tensor("unread"))], to: "unread too"),
    ]
    let program = Self.program(nodes, result: "x")
    #expect(program.withoutDeadNodes().nodes == Array(nodes.prefix(2)))
  }
}
