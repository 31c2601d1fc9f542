import ProgramIR
import Testing

@Suite struct FinalActivationTests {
  private static func program(
    _ operation: OperatorName = OperatorName("softmax", overload: "int"), dimension: Int = -1,
    sizes: [Int?] = [nil, 10]
  ) -> Program {
    var program = Program.chain(
      from: [nil, 10],
      [
        (OperatorName("relu"), []),
        (operation, [.init("dim", .integer(.constant(dimension)))]),
      ])
    program.types["v2"] = TensorType(float32: sizes)
    return program
  }

  @Test(arguments: [-1, 1])
  func isLeftOut(dimension: Int) {
    let logits = Self.program(dimension: dimension).withoutFinalActivation()
    #expect(logits?.outputs == [.init(name: "v1", purpose: .result)])
    #expect(logits?.nodes.map(\.operation.name) == ["relu"])
  }

  @Test func otherEndsStay() {
    #expect(Self.program(OperatorName("cumsum")).withoutFinalActivation() == nil)
    // Over the batch, or over rows of pictures, it is no classifier's.
    #expect(Self.program(dimension: 0).withoutFinalActivation() == nil)
    #expect(Self.program(sizes: [nil, 10, 4]).withoutFinalActivation() == nil)
    var inside = Self.program()
    inside.outputs = [.init(name: "v1", purpose: .result)]
    #expect(inside.withoutFinalActivation() == nil)
    var untyped = Self.program()
    untyped.types["v2"] = nil
    #expect(untyped.withoutFinalActivation() == nil)
    var two = Self.program()
    two.outputs.append(.init(name: "v1", purpose: .result))
    #expect(two.withoutFinalActivation() == nil)
  }

  @Test func sigmoidsOfClassesAreLeftOut() {
    let sigmoid = OperatorName("sigmoid")
    let program = Self.program(sigmoid)
    #expect(program.finalActivation == .sigmoid)
    #expect(program.withoutFinalActivation()?.nodes.map(\.operation.name) == ["relu"])
    // One number for each picture orders nothing, and pictures of numbers are no scores.
    #expect(Self.program(sigmoid, sizes: [nil, 1]).finalActivation == nil)
    #expect(Self.program(sigmoid, sizes: [nil, nil]).finalActivation == nil)
    #expect(Self.program(sigmoid, sizes: [nil, 10, 4, 4]).finalActivation == nil)
  }

  /// Calls after a softmax over channels, which returns [N, 10, 1, 1], and the type that they return.
  private static func program(
    endingIn calls: [(OperatorName, TensorType)], dimension: Int = 1
  ) -> Program {
    var program = Program.chain(
      from: [nil, 10, 1, 1],
      [
        (OperatorName("relu"), []),
        (
          OperatorName("softmax", overload: "int"),
          [.init("dim", .integer(.constant(dimension)))]
        ),
      ] + calls.map { ($0.0, []) })
    program.types["v2"] = TensorType(float32: [nil, 10, 1, 1])
    for (index, call) in calls.enumerated() { program.types["v\(index + 3)"] = call.1 }
    return program
  }

  @Test(arguments: [1, -3])
  func whatOnlyReshapesBehindItStays(dimension: Int) {
    for name in ["reshape", "flatten", "squeeze", "view", "clone"] {
      let program = Self.program(
        endingIn: [
          (OperatorName(name), TensorType(float32: [nil, 10])),
          (
            OperatorName("to", overload: "dtype"),
            TensorType(dataType: .float16, sizes: [.dynamic("N"), .fixed(10)])
          ),
        ], dimension: dimension)
      #expect(program.finalActivation == .softmax)
      let logits = program.withoutFinalActivation()
      #expect(logits?.nodes.map(\.operation.name) == ["relu", name, "to"])
      #expect(logits?.nodes[1][argument: "self"] == .tensor("v1"))
      #expect(logits?.outputs == program.outputs)
    }
  }

  @Test func whatChangesScoresBehindItIsTheEnd() {
    let scores = TensorType(float32: [nil, 10])
    let integers = TensorType(dataType: .int64, sizes: scores.sizes)
    for call in [
      (OperatorName("log"), scores), (OperatorName("to", overload: "dtype"), integers),
      (OperatorName("reshape"), TensorType(float32: [nil, 5, 2])),
      (OperatorName("reshape"), TensorType(float32: [nil, 5])),
    ] {
      #expect(Self.program(endingIn: [call]).finalActivation == nil)
    }
    #expect(Self.program(endingIn: [], dimension: 2).finalActivation == nil)
  }
}
