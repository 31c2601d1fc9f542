import ProgramIR
import Testing

@Suite struct FinalSoftmaxTests {
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
    let logits = Self.program(dimension: dimension).withoutFinalSoftmax()
    #expect(logits?.outputs == [.init(name: "v1", purpose: .result)])
    #expect(logits?.nodes.map(\.operation.name) == ["relu"])
  }

  @Test func otherEndsStay() {
    #expect(Self.program(OperatorName("cumsum")).withoutFinalSoftmax() == nil)
    // Over the batch, or over rows of pictures, it is no classifier's.
    #expect(Self.program(dimension: 0).withoutFinalSoftmax() == nil)
    #expect(Self.program(sizes: [nil, 10, 4]).withoutFinalSoftmax() == nil)
    var inside = Self.program()
    inside.outputs = [.init(name: "v1", purpose: .result)]
    #expect(inside.withoutFinalSoftmax() == nil)
    var untyped = Self.program()
    untyped.types["v2"] = nil
    #expect(untyped.withoutFinalSoftmax() == nil)
    var two = Self.program()
    two.outputs.append(.init(name: "v1", purpose: .result))
    #expect(two.withoutFinalSoftmax() == nil)
  }
}
