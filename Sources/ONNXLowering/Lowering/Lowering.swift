import ProgramFormats
import ProgramIR
import ProgramRuntime
import TensorModule

/// An ONNX graph on its way to a program.
///
/// Nodes are lowered one after the other. Each call that a node becomes is also made at once, on
/// examples, which tells its types and sizes; what depends on no picture and no trainable weight is
/// only computed and stays out of the program.
struct Lowering {
  /// The model.
  let model: ONNXModel
  /// The functions of the model.
  let functions: [FunctionName: ONNXModel.Function]
  /// The names of running statistics that are given tensors of their own.
  let sharedStatistics: Set<String>
  /// How much memory values take, those included that the program keeps.
  let memory = MemoryAccount()
  /// The memory of constants that the program keeps.
  var keptMemory: [MemoryAccount.Entry] = []
  /// The most bytes that values may take.
  let mostBytes: Int
  /// The sizes of batch of the examples: one if the size is fixed, else several.
  let batches: [Int]
  /// Whether steps such as `Round` pass gradients on as if they were not there.
  let isStraightThrough: Bool
  /// The size of batch that the model insists on, where it is lowered for any.
  let writtenBatch: Int?
  /// The values of the graph and of the graphs around it, innermost last.
  var scopes: [[String: LoweredValue]] = [[:]]
  /// The node that is lowered now, for sentences about it.
  var current: ONNXNode?
  /// The versions of operator sets that hold where nodes are being lowered: the model's, or a function's.
  var operatorSets: [String: Int]
  /// What the program is so far.
  var program: Program
  /// Nodes through which no gradient passes, or only a made-up one.
  var steps: [NotedStep] = []
  /// Integers and truth values that were made of pictures by thresholds and the like, which are reported
  /// where they become reals.
  var unreportedSteps: Set<String> = []
  /// Steps that became integers, by the name of the integers.
  var stepsOfIntegers: [String: Int] = [:]
  /// Scores of classes, by the name of the value that a node returns in their place.
  var classScores: [String: LoweredValue] = [:]
  /// What the sigmoid was applied to, by the name of the result, where there is one number a picture.
  var sigmoidOperands: [String: LoweredValue] = [:]
  /// Whether one of these sigmoids was left out.
  var leavesOutSigmoid = false
  /// The reals that became integers, by the name of the integers.
  var realsOfIntegers: [String: LoweredValue] = [:]
  /// How many rounds of loops were unrolled.
  var roundCount = 0
  /// How many nodes were lowered.
  var nodeCount = 0
  /// How many names of values were looked at to find out who reads them last.
  var nameCount = 0
  /// How many calls of operators were made.
  var callCount = 0
  /// How much was computed of constants alone, and on examples; see ``count(workOf:_:isFolded:)``.
  var work = (constants: 0.0, examples: 0.0)

  /// Operators that were looked up, by name.
  var operators: [String: Operator] = [:]
  /// How often each name was wanted.
  var nameCounts: [String: Int] = [:]
  /// How many constants there are.
  private var constantCount = 0
  /// The names that constants have in the program, by identity.
  var constantNames: [Int: String] = [:]
  /// The names of weights that are taken.
  var weightNames: Set<String> = []
  /// The names of sizes that the program computes.
  var sizeNames: [BatchSize: String] = [:]
  /// An input with the dimension that is the batch.
  private(set) var batchHolder: (name: String, dimension: Int)?

  init(
    _ model: ONNXModel, batches: [Int], isStraightThrough: Bool, writtenBatch: Int? = nil
  ) {
    self.writtenBatch = writtenBatch
    self.model = model
    operatorSets = model.operatorSets
    functions = Dictionary(
      model.functions.map { (FunctionName(name: $0.name, domain: $0.domain), $0) },
      uniquingKeysWith: { first, _ in first })
    sharedStatistics = Set(model.graph.sharedStatistics.keys)
    mostBytes = Self.mostBytes(of: model)
    self.batches = batches
    self.isStraightThrough = isStraightThrough
    program = Program(
      inputs: [], nodes: [], outputs: [], weights: [:],
      symbolRanges: batches.count > 1 ? [Self.symbol: 1...Int.max] : [:], producer: model.producer)
  }

  /// What stands for the size of the batch in expressions.
  static let symbol = "batch"
}

/// What tells functions of a model apart.
struct FunctionName: Hashable {
  let name: String
  let domain: String
}

// MARK: Values

extension Lowering {
  /// A value that the caller of the program provides.
  mutating func addInput(named name: String, samples: [Tensor]) -> LoweredValue {
    let name = newName(name)
    program.inputs.append(Program.Input(name: name, source: .user))
    let traced = TracedTensor(
      name: name, samples: samples, isKnown: false, seesPicture: true, isPicture: true,
      memory: memory.entry(for: samples))
    note(traced)
    if let dimension = sizes(of: samples).firstIndex(where: {
      $0 == BatchSize(perPicture: 1, constant: 0)
    }) {
      batchHolder = (name, dimension)
    }
    return LoweredValue(.traced(traced))
  }

  /// A value that is known when the model is loaded.
  mutating func constant(
    _ tensor: Tensor, origin: LoweredConstant.Origin? = nil, standingFor type: ONNXDataType? = nil
  ) -> LoweredValue {
    constantCount += 1
    return LoweredValue(
      .constant(
        LoweredConstant(
          identity: constantCount, tensor: tensor, origin: origin,
          memory: memory.entry(for: [tensor]))),
      standingFor: type)
  }

  /// The tensor that a value is, unless that depends on the picture or the batch.
  func known(_ value: LoweredValue) -> Tensor? {
    switch value.content {
    case .constant(let constant): return constant.tensor
    case .traced(let traced): return traced.isKnown ? traced.samples[0] : nil
    case .sizes(let list):
      let numbers = list.elements.compactMap(\.fixed)
      guard numbers.count == list.elements.count else { return nil }
      return list.isScalar ? Tensor(numbers).reshaped([]) : Tensor(numbers)
    case .sequence: return nil
    }
  }

  /// The sizes of a value, outermost first.
  func sizes(of value: LoweredValue) throws(LoweringError) -> [BatchSize] {
    switch value.content {
    case .constant(let constant): return constant.tensor.shape.map { BatchSize($0) }
    case .traced(let traced):
      let sizes = self.sizes(of: traced.samples)
      return try sizes.map { size throws(LoweringError) in
        guard let size else {
          throw failure("a size depends on the batch in a way that is not supported")
        }
        return size
      }
    case .sizes(let list): return list.isScalar ? [] : [BatchSize(list.elements.count)]
    case .sequence: throw failure("a tensor is wanted where there is a list of tensors")
    }
  }

  /// The sizes of a value by its examples; nothing for one that does not grow with the batch in a line.
  func sizes(of samples: [Tensor]) -> [BatchSize?] {
    let shapes = samples.map(\.shape)
    return (0..<(shapes.first?.count ?? 0)).map { dimension in
      BatchSize(seen: shapes.map { $0[dimension] }, for: batches)
    }
  }
}
