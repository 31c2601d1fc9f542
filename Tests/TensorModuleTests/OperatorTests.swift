import TensorModule
import TestKit
import Testing

extension EngineTests {
  @Suite struct OperatorTests {
    @Test func knowsTheSchema() throws {
      let operation = try Operator("aten::conv2d")
      #expect(operation.parameters.map(\.name).prefix(3) == ["input", "weight", "bias"])
      #expect(operation.parameters[2].hasDefault)
      #expect(!operation.accepts(.string("x"), at: 0))
      #expect(operation.accepts(.integers([1, 1]), at: 3))
      #expect(try Operator("aten::relu_").parameters[0].isWritten)
    }

    @Test(arguments: [("aten::no_such_operator", ""), ("aten::add", "NoSuchOverload"), ("", "")])
    func saysThatAnOperatorIsUnknown(name: String, overload: String) {
      let error = #expect(throws: EngineError.self) {
        try Operator(name, overload: overload)
      }
      #expect(error?.reason == .unknownOperator)
    }

    @Test func everyKindOfArgumentArrives() throws {
      let x = Tensor([1, 2, 3, 4, 5, 6] as [Float], shape: [2, 3])
      func call(_ name: String, _ overload: String = "", _ arguments: Value...) throws -> [Value] {
        let operation = try Operator("aten::\(name)", overload: overload)
        let rest = [Value](
          repeating: .absent, count: operation.parameters.count - arguments.count)
        return try operation(arguments + rest)
      }
      #expect(
        try call("sum", "dim_IntList", .tensor(x), .integers([1]))[0].tensor?.floats() == [6, 15])
      #expect(try call("mul", "Tensor", .tensor(x), .real(2))[0].tensor?.floats()[5] == 12)
      #expect(
        try call("cat", "", .tensors([x, x]), .integer(1))[0].tensor?.shape == [2, 6])
      let list = try call("split_with_sizes", "", .tensor(x), .integers([1, 2]), .integer(1))
      guard case .tensors(let parts) = list[0] else {
        Issue.record("a list of tensors is expected")
        return
      }
      #expect(parts.map { $0?.shape } == [[2, 1], [2, 2]])
      let picked = try call(
        "index", "Tensor", .tensor(x), .tensors([nil, Tensor([2, 0])]))
      #expect(picked[0].tensor?.floats() == [3, 1, 6, 4])
      #expect(
        try call("full", "", .integers([]), .integer(7), .elementType(.int64))[0]
          .tensor?.integers() == [7])
      let padded = try call(
        "pad", "", .tensor(x), .integers([1, 0]), .string("constant"), .real(-1))
      #expect(padded[0].tensor?.floats().first == -1)
      #expect(
        try call(
          "upsample_nearest2d", "vec",
          .tensor(x.reshaped([1, 1, 2, 3])), .none, .reals([2, 2]))[0].tensor?.shape == [
            1, 1, 4, 6,
          ])
      #expect(try call("sym_size", "int", .tensor(x), .integer(1))[0].asSize == 3)
      #expect(
        try call("zeros_like", "", .tensor(x), .absent, .absent, .device(.cpu))[0]
          .tensor?.shape == [2, 3])
      let generator = Generator(seed: 1)
      #expect(
        try call("bernoulli", "", .tensor(x * 0), .generator(generator))[0]
          .tensor?.floats().allSatisfy { $0 == 0 } == true)
    }

    @Test func refusalsAreErrorsAndNotCrashes() throws {
      let matmul = try Operator("aten::matmul")
      let error = #expect(throws: EngineError.self) {
        try matmul([.tensor(.zeros([2, 3])), .tensor(.zeros([2, 3]))])
      }
      #expect(error?.reason == .refused)
      #expect(error?.operation == "aten::matmul")
      #expect(error?.description.contains("\n") == false)
      #expect(throws: EngineError.self) { try matmul([.tensor(.zeros([2, 3]))]) }
      #expect(throws: EngineError.self) { try matmul([.string("a"), .string("b")]) }
    }

    @Test func exhaustedMemoryIsAnErrorOfItsOwn() throws {
      let zeros = try Operator("aten::empty", overload: "memory_format")
      let error = #expect(throws: EngineError.self) {
        try zeros([.integers([1 << 50]), .absent, .absent, .absent, .absent, .absent])
      }
      #expect(error?.reason == .outOfMemory)
    }
  }
}

extension Value {
  fileprivate var asSize: Int? { if case .integer(let size) = self { size } else { nil } }
}
