import Foundation
import ProgramFormats
import ProgramIR
import Testing

@Suite struct ReadingTests {
  struct Sound: CustomTestStringConvertible, Sendable {
    let name: String
    let operators: [String]
    let weights: [String]
    let results: [String]
    var testDescription: String { name }

    init(_ name: String, _ operators: String, weights: String = "", results: [String]) {
      self.name = name
      self.operators = operators.split(separator: " ").map(String.init)
      self.weights = weights.split(separator: " ").map(String.init)
      self.results = results
    }
  }

  static let sound = [
    Sound(
      "static-batch", "aten::conv2d aten::relu aten::flatten.using_ints aten::linear",
      weights: "conv.bias conv.weight head.bias head.weight", results: ["float32[2, 3]"]),
    Sound(
      "dynamic-batch", "aten::conv2d aten::relu aten::flatten.using_ints aten::linear",
      weights: "conv.bias conv.weight head.bias head.weight", results: ["float32[N, 3]"]),
    Sound(
      "tied-weights", "aten::linear aten::tanh aten::linear aten::add.Tensor",
      weights: "first.weight second.weight view", results: ["float32[N, 4]"]),
    Sound(
      "transposed-weight", "aten::linear", weights: "weight", results: ["float32[N, 3]"]),
    Sound(
      "in-place",
      "aten::mul.Tensor aten::add_.Tensor aten::relu_ aten::slice.Tensor aten::select.int "
        + "aten::mul_.Tensor",
      results: ["float32[N, 3]"]),
    Sound(
      "tensor-lists", "aten::chunk aten::split_with_sizes aten::cat", results: ["float32[N, 7]"]),
    Sound(
      "no-grad-region",
      "aten::abs aten::amax aten::sub.Tensor aten::detach aten::detach aten::add.Tensor "
        + "aten::div.Tensor aten::mul.Tensor aten::add.Tensor",
      weights: "scale", results: ["float32[N, 3]"]),
    Sound(
      "scalar-outputs", "aten::sym_size.int aten::sum aten::mean.dim",
      results: ["float32[]", "size", "float32[N]"]),
  ]

  @Test(arguments: sound)
  func contents(_ expected: Sound) throws {
    let program = try Program.read(from: Fixture.path(expected.name))
    #expect(program.nodes.map(\.operation.description) == expected.operators)
    #expect(program.weights.keys.sorted() == expected.weights)
    #expect(
      program.results.map { program.types[$0.name]?.description ?? "size" } == expected.results)
    #expect(program.userInputs.map(\.name) == ["x"])
    #expect(program.producer.hasPrefix("torch 2."))
  }

  @Test func memoryAndFileGiveTheSame() throws {
    let fromFile = try Program.read(from: Fixture.path("in-place"))
    let fromMemory = try Program.read(Fixture.bytes("in-place"), named: "in-place")
    #expect(fromFile.nodes == fromMemory.nodes)
    #expect(fromFile.types == fromMemory.types)
  }

  @Test func tiedWeightsShareOneStorage() throws {
    let weights = try Program.read(from: Fixture.path("tied-weights")).weights
    #expect(weights["first.weight"]?.storage == weights["second.weight"]?.storage)
    #expect(weights["view"]?.storage == weights["first.weight"]?.storage)
    #expect(weights["view"]?.sizes == [4])
  }

  @Test func transposedWeightKeepsItsStrides() throws {
    let weight = try #require(
      Program.read(from: Fixture.path("transposed-weight")).weights["weight"])
    #expect(weight.sizes == [3, 4])
    #expect(weight.strides == [1, 3])
  }

  @Test func viewsStartInsideTheirStorage() throws {
    let weights = try Program.read(from: Fixture.path("offset-view")).weights
    let base = try #require(weights["base"]?.float32Elements)
    #expect(weights["row"]?.offset == 4)
    #expect(weights["row"]?.float32Elements == Array(base[4..<8]))
    #expect(weights["column"]?.strides == [4])
    #expect(weights["column"]?.float32Elements == [base[2], base[6], base[10]])
  }

  @Test func everyDataType() throws {
    let weights = try Program.read(from: Fixture.path("every-data-type")).weights
    let types = Set(weights.values.map(\.dataType))
    #expect(types == Set(DataType.allCases).subtracting([.complex32, .float8e8m0fnu]))
    #expect(weights["scalar"]?.sizes == [])
    #expect(weights["scalar"]?.float32Elements == [0.5])
    #expect(weights["empty"]?.sizes == [0, 3])
    #expect(weights["empty"]?.elementCount == 0)
  }

  @Test func optionalTensorsKeepTheirGaps() throws {
    let program = try Program.read(from: Fixture.path("index-with-optionals"))
    let index = try #require(program.nodes.first { $0.operation.name == "index" })
    guard case .optionalTensors(let indices)? = index[argument: "indices"] else {
      Issue.record("\(index) has no list of optional tensors")
      return
    }
    #expect(indices.first == .some(nil))
    #expect(indices.compactMap(\.self).count == 1)
    #expect(program.inputs.first?.source == .buffer("order"))
  }

  @Test func sizesAreComputedByName() throws {
    let program = try Program.read(from: Fixture.path("size-arithmetic"))
    let names = program.nodes.map(\.operation.description)
    #expect(names.contains("_operator::mul"))
    #expect(names.contains("torch::sym_float"))
    let reshape = try #require(program.nodes.first { $0.operation.name == "reshape" })
    #expect(reshape[argument: "shape"] == .integers([.value("mul"), .constant(2)]))
  }

  @Test func infinityIsANumber() throws {
    let program = try Program.read(from: Fixture.path("infinite-constants"))
    let clamp = try #require(program.nodes.first { $0.operation.name == "clamp" })
    #expect(clamp[argument: "min"] == .real(.constant(-.infinity)))
    #expect(clamp[argument: "max"] == .real(.constant(.infinity)))
    #expect(program.weights["mask"]?.float32Elements == [0, -.infinity, 0])
  }

  @Test func literalsAreConstants() throws {
    let program = try Program.read(from: Fixture.path("lifted-constants"))
    let constants = program.inputs.filter {
      if case .constant = $0.source { true } else { false }
    }
    #expect(constants.count == 2)
    #expect(program.weights["lifted_tensor_0"]?.float32Elements == [1, 2, 3])
  }

  @Test(
    .enabled(if: !Fixture.sharedPrograms.isEmpty, "real models lie in ../shared, which is absent"),
    arguments: Fixture.sharedPrograms)
  func realModels(path: String) throws {
    let program = try Program.read(from: path)
    #expect(program.userInputs.count == 1)
    #expect(program.results.count == 1)
    #expect(!program.nodes.isEmpty)
    #expect(!program.weights.values.contains { !$0.fitsStorage })
    let folded = program.inEvaluationMode().foldingBatchNorm()
    #expect(folded.nodes.count <= program.nodes.count)
    #expect(folded.userInputs == program.userInputs)
  }
}
