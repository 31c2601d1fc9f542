import ProgramIR
import ProgramRuntime
import TensorModule
import TestKit
import Testing

extension EngineTests {
  /// Rectifiers that are moved behind a max-pooling.
  @Suite struct PoolingTests {
    /// relu, then the greatest of each window of 2 × 2; perhaps the rectified numbers as well.
    private static func program(returningBoth: Bool = false) -> Program {
      let nodes = [
        Node(
          name: "relu", operation: OperatorName("relu"),
          arguments: [.init("self", .tensor("x"))], outputs: [.tensor("relu")]),
        Node(
          name: "pool", operation: OperatorName("max_pool2d"),
          arguments: [
            .init("self", .tensor("relu")), .init("kernel_size", .integers([.constant(2)])),
          ], outputs: [.tensor("pool")]),
      ]
      return Program(
        inputs: [.init(name: "x", source: .user)], nodes: nodes,
        outputs: (["pool"] + (returningBoth ? ["relu"] : [])).map {
          .init(name: $0, purpose: .result)
        }, weights: [:], producer: "a test")
    }

    @Test func nothingChangesToTheBit() throws {
      let moved = Self.program().rectifyingAfterPooling()
      #expect(moved.nodes.map(\.operation.name) == ["max_pool2d", "relu"])
      // Whole numbers, so that there are ties and windows without a positive number.
      let generator = RandomKey(seed: 1).makeGenerator()
      let images = Tensor.uniform([20, 3, 8, 8], in: -3...2, using: generator).rounded()
      let factors = Tensor.uniform([20, 3, 4, 4], using: generator)
      let results = try [Self.program(), moved].map { program in
        let compiled = try CompiledProgram(program)
        let parameters = try Parameters(of: program)
        return try valueAndGradient(at: images) { images throws(EngineError) in
          let result = try compiled([images], with: parameters)[0]
          return (result * factors, [result])
        }
      }
      #expect(results[0].auxiliary[0].floats() == results[1].auxiliary[0].floats())
      #expect(results[0].gradient.floats() == results[1].gradient.floats())
      #expect(results[0].auxiliary[0].floats().contains(0))
    }

    @Test func whatOthersReadStays() {
      let program = Self.program(returningBoth: true)
      #expect(program.rectifyingAfterPooling().nodes == program.nodes)
    }
  }
}
