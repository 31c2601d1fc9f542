import Foundation
import ProgramFormats
import ProgramIR
import ProgramRuntime
import TensorModule
import TestKit
import Testing

/// A small archive that the project made with PyTorch, with PyTorch's answer.
struct ProgramFixture: CustomTestStringConvertible {
  let name: String
  var testDescription: String { name }

  struct Answer: Decodable {
    let input: [Int]
    let outputs: [[Int]]
  }

  /// Every archive but the one that must be refused.
  static let all = [
    "batch-norm", "batch-norm-training", "dynamic-batch", "every-data-type", "in-place",
    "index-with-optionals", "infinite-constants", "lifted-constants", "no-grad-region",
    "offset-view", "scalar-outputs", "size-arithmetic", "static-batch", "tensor-lists",
    "tied-weights", "transposed-weight",
  ].map { ProgramFixture(name: $0) }

  func url(_ file: String) -> URL {
    packageRoot.appending(path: "Tests/Fixtures/programs/\(name)/\(file)")
  }

  func answer() throws -> Answer {
    try JSONDecoder().decode(Answer.self, from: Data(contentsOf: url("answer.json")))
  }

  func input() throws -> Tensor {
    Tensor(try url("input.f32").readFloats(), shape: try answer().input)
  }
}

extension EngineTests {
  @Suite struct FixtureTests {
    /// Every kind of argument, weight and size, as PyTorch computes it; the passes change nothing.
    @Test(arguments: ProgramFixture.all, [MemoryFormat.contiguous, .channelsLast])
    func agreesWithPyTorch(fixture: ProgramFixture, format: MemoryFormat) throws {
      let input = try fixture.input()
      let expected = try fixture.url("output.f32").readFloats()
      let program = try Program.read(from: fixture.url("program.pt2").path)
      for program in [program.inEvaluationMode(), program.inEvaluationMode().foldingBatchNorm()] {
        let compiled = try CompiledProgram(program, format: format)
        let parameters = compiled.laidOut(try Parameters(of: program))
        let before = input.floats()
        let results = try compiled([input], with: parameters)
        #expect(results.map(\.shape) == (try fixture.answer().outputs))
        let found = results.flatMap { $0.floats() }
        #expect(found.count == expected.count)
        #expect(zip(found, expected).allSatisfy { abs($0 - $1) <= 1e-5 * max(1, abs($1)) })
        #expect(input.floats() == before, "the caller's tensor was written to")
      }
    }

    @Test func parametersTravelWithTheCall() throws {
      let fixture = ProgramFixture(name: "dynamic-batch")
      let program = try Program.read(from: fixture.url("program.pt2").path)
      let compiled = try CompiledProgram(program)
      let parameters = try Parameters(of: program)
      var others = parameters
      for name in program.parameterNames { others[name] = others[name]?.filled(with: 0) }
      let input = try fixture.input()
      let first = try compiled([input], with: parameters)[0].floats()
      let zero = try compiled([input], with: parameters.overlaid(with: others))[0].floats()
      #expect(zero.allSatisfy { $0 == 0 })
      #expect(try compiled([input], with: parameters)[0].floats() == first)
      #expect(first.contains { $0 != 0 })
    }

    /// x.view(−1).add_(1); return x * 2: the write must show in the result and nowhere else.
    @Test func writesThroughViewsDoNotReachTheCaller() throws {
      func call(_ output: String, _ name: OperatorName, _ arguments: Node.NamedArgument...) -> Node
      {
        Node(name: output, operation: name, arguments: arguments, outputs: [.tensor(output)])
      }
      let program = Program(
        inputs: [.init(name: "x", source: .user)],
        nodes: [
          call(
            "flat", OperatorName("view"), .init("self", .tensor("x")),
            .init("size", .integers([.constant(-1)]))),
          call(
            "written", OperatorName("add_", overload: "Tensor"), .init("self", .tensor("flat")),
            .init("other", .real(.constant(1)))),
          call(
            "twice", OperatorName("mul", overload: "Tensor"), .init("self", .tensor("x")),
            .init("other", .real(.constant(2)))),
        ],
        outputs: [.init(name: "twice", purpose: .result)], weights: [:], producer: "test")
      let input = Tensor([1, 2, 3, 4] as [Float], shape: [2, 2])
      let compiled = try CompiledProgram(program)
      let parameters = try Parameters(of: program)
      let result = try valueAndGradient(at: input) { x throws(EngineError) in
        (try compiled([x], with: parameters)[0], [])
      }
      #expect(result.value.floats() == [4, 6, 8, 10])
      #expect(result.gradient.floats() == [2, 2, 2, 2])
      #expect(input.floats() == [1, 2, 3, 4])
    }

    /// c = conv(x); v = c.view(1, −1); c.relu_(); return v: the view must see the write, whatever
    /// order of memory was asked for.
    @Test(arguments: [MemoryFormat.contiguous, .channelsLast])
    func viewsSeeLaterWrites(format: MemoryFormat) throws {
      func call(_ output: String, _ name: String, _ arguments: Node.NamedArgument...) -> Node {
        Node(
          name: output, operation: OperatorName(name), arguments: arguments,
          outputs: [.tensor(output)])
      }
      let program = Program(
        inputs: [
          .init(name: "weight", source: .parameter("weight")), .init(name: "x", source: .user),
        ],
        nodes: [
          call("c", "conv2d", .init("input", .tensor("x")), .init("weight", .tensor("weight"))),
          call(
            "v", "view", .init("self", .tensor("c")),
            .init("size", .integers([.constant(1), .constant(-1)]))),
          call("r", "relu_", .init("self", .tensor("c"))),
        ],
        outputs: [.init(name: "v", purpose: .result)],
        weights: ["weight": Weight(float32: [1, 0, 0, 1], sizes: [2, 2, 1, 1])], producer: "test")
      let input = Tensor([1, -2, 3, -4, -5, 6, -7, 8] as [Float], shape: [1, 2, 2, 2])
      let compiled = try CompiledProgram(program, format: format)
      let parameters = compiled.laidOut(try Parameters(of: program))
      let result = try compiled([input], with: parameters)[0]
      #expect(result.floats() == [1, 0, 3, 0, 0, 6, 0, 8])
    }

    @Test func valuesAreLetGoAfterTheirLastUse() throws {
      let fixture = ProgramFixture(name: "dynamic-batch")
      let program = try Program.read(from: fixture.url("program.pt2").path)
      let compiled = try CompiledProgram(program)
      let parameters = try Parameters(of: program)
      let input = try fixture.input()
      let before = Engine.liveTensorCount
      let results = try compiled([input], with: parameters)
      // Optimised code gives back what is not needed any more, unless told.
      withExtendedLifetime((compiled, parameters, input, results)) {
        #expect(Engine.liveTensorCount == before + results.count)
      }
    }
  }
}
