public import ProgramIR
public import TensorModule

/// The weights of a program while they are trained: memory of their own that is written to in place.
///
/// Weights that the program ties stay tied. Beside the program's own set there may be auxiliary sets
/// of its batch-norm weights and statistics, which share everything else.
///
/// Xie, Tan, Gong, Wang, Yuille and Le 2020, “Adversarial examples improve image recognition”.
public final class TrainableWeights {
  /// Which set of batch-norm weights is meant.
  public enum Branch: Hashable, Sendable {
    /// The program's own.
    case main
    /// An auxiliary one, by number from 0.
    case auxiliary(Int)
  }

  /// The names of all tensors: those of the program, and `NAME@1` for the first auxiliary set.
  public private(set) var names: [String] = []
  /// All tensors, one for each name; written to in place.
  public private(set) var tensors: [Tensor] = []
  /// The indices of those that are trained, in the program's order.
  public private(set) var trained: [Int] = []
  /// How many auxiliary sets there are.
  public let auxiliaryCount: Int

  private let program: Program
  /// What the program has besides Float32 weights and counts of batches; never changed.
  private let others: Parameters
  private var indices: [Branch: [String: Int]] = [:]

  /// Weights that start as copies of a program's.
  ///
  /// - Parameters:
  ///   - program: its parameters are trained if they are Float32.
  ///   - auxiliaryCount: how many further sets of batch-norm weights there are.
  ///   - isFrozen: whether the parameter of a name stays as it is.
  /// - Throws: ``ProgramError`` when a weight does not fit its storage.
  public init(
    of program: Program, auxiliaryCount: Int = 0,
    freezing isFrozen: (String) -> Bool = { _ in false }
  ) throws(ProgramError) {
    self.program = program
    self.auxiliaryCount = auxiliaryCount
    others = try Parameters(of: program)
    let isTrained = Set(program.parameterNames.filter { !isFrozen($0) })
    add(program.inputs.compactMap(\.weightName), to: .main, training: isTrained)
    for number in 0..<auxiliaryCount {
      add(program.batchNormNames, to: .auxiliary(number), training: isTrained)
    }
  }

  private func add(_ weightNames: [String], to branch: Branch, training isTrained: Set<String>) {
    var seen: [TiedWeight: Int] = [:]
    let counts = Set(program.batchCountNames)
    for name in weightNames where indices[branch]?[name] == nil {
      guard let weight = program.weights[name], let original = others[name],
        weight.dataType == .float32 || counts.contains(name)
      else { continue }
      let key = TiedWeight(weight)
      if let index = seen[key] {
        indices[branch, default: [:]][name] = index
        continue
      }
      let format: MemoryFormat = original.rank == 4 ? .channelsLast : .contiguous
      seen[key] = tensors.count
      indices[branch, default: [:]][name] = tensors.count
      if isTrained.contains(name) { trained.append(tensors.count) }
      names.append(name + branch.suffix)
      tensors.append(original.copied(in: format))
    }
  }

  /// Whether the program has batch norms, of which there can be auxiliary sets.
  public var hasBatchNorm: Bool { !program.batchNormNames.isEmpty }

  /// What is trained, in the order of ``trained``.
  public var trainedTensors: [Tensor] { trained.map { tensors[$0] } }

  /// The weights that a branch runs with, none of them recorded.
  ///
  /// - Parameters:
  ///   - branch: whose batch-norm weights.
  ///   - tensors: others to take instead, such as averages, in the order of ``tensors``.
  public func parameters(of branch: Branch = .main, from tensors: [Tensor]? = nil) -> Parameters {
    parameters(of: branch, taking: tensors ?? self.tensors)
  }

  /// All tensors, with copies in the place of those that are not trained: a pass in training mode
  /// then leaves running statistics as they are.
  ///
  /// - Parameter tensors: others to take instead, in the order of ``tensors``.
  public func sparingStatistics(of tensors: [Tensor]? = nil) -> [Tensor] {
    let isTrained = Set(trained)
    return (tensors ?? self.tensors).enumerated().map { index, tensor in
      isTrained.contains(index) ? tensor : tensor.copied()
    }
  }

  /// The weights as leaves of a new graph that share their memory.
  ///
  /// - Parameter sparesStatistics: whether a pass in training mode leaves running statistics as they
  ///   are.
  /// - Returns: what each branch runs with, and the leaves in the order of ``trained``.
  public func recorded(sparesStatistics: Bool = false) throws(EngineError) -> Recorded {
    var all = sparesStatistics ? sparingStatistics() : tensors
    for index in trained { all[index] = try tensors[index].leaf() }
    return Recorded(weights: self, tensors: all)
  }

  /// Weights whose use is recorded, for one step.
  public struct Recorded {
    fileprivate let weights: TrainableWeights
    fileprivate let tensors: [Tensor]

    /// What a branch runs with.
    public func parameters(of branch: Branch = .main) -> Parameters {
      weights.parameters(of: branch, taking: tensors)
    }

    /// What the gradient is taken with respect to, in the order of the trained weights.
    public var leaves: [Tensor] { weights.trained.map { tensors[$0] } }
  }

  private func parameters(of branch: Branch, taking tensors: [Tensor]) -> Parameters {
    var result = others
    for branch in branch == .main ? [.main] : [.main, branch] {
      for (name, index) in indices[branch] ?? [:] { result[name] = tensors[index] }
    }
    return result
  }

  /// The program with the weights as they are now, under its own names.
  ///
  /// - Parameters:
  ///   - branch: whose batch-norm weights.
  ///   - tensors: others to take instead, such as averages, in the order of ``tensors``.
  public func program(with branch: Branch = .main, from tensors: [Tensor]? = nil) -> Program {
    let tensors = tensors ?? self.tensors
    var result = program
    var made: [Int: Weight] = [:]
    let own = (indices[.main] ?? [:]).merging(indices[branch] ?? [:]) { _, new in new }
    for (name, index) in own {
      let weight = made[index] ?? Weight(tensors[index])
      made[index] = weight
      result.weights[name] = weight
    }
    return result
  }
}

/// What makes two weights one.
private struct TiedWeight: Hashable {
  let storage: Storage
  let offset: Int
  let sizes: [Int]
  let strides: [Int]

  init(_ weight: Weight) {
    storage = weight.storage
    offset = weight.offset
    sizes = weight.sizes
    strides = weight.strides
  }
}

extension TrainableWeights.Branch {
  fileprivate var suffix: String {
    switch self {
    case .main: ""
    case .auxiliary(let number): "@\(number + 1)"
    }
  }
}
