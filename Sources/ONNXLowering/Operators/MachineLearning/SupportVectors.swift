import ProgramFormats
import ProgramRuntime
import TensorModule

/// Support vector machines, with gradients.
extension OperatorTable {
  static let supportVectors: [String: OperatorLowering] = [
    "ai.onnx.ml::SVMClassifier": { lowering, call throws(LoweringError) in
      try lowering.supportVectorClassifier(call)
    },
    "ai.onnx.ml::SVMRegressor": { lowering, call throws(LoweringError) in
      let x = try lowering.real(try lowering.atLeastMatrix(try call.input(0)))
      let coefficients = try call.reals("coefficients") ?? []
      let offset = try lowering.features(Array((try call.reals("rho") ?? [0]).prefix(1)))
      let isLinear = try call.integer("n_supports", default: 0) == 0
      let features = isLinear ? x : try lowering.kernel(x, call)
      let weight = Tensor(coefficients.map { Float($0) }, shape: [1, coefficients.count])
      let value = try lowering.call(
        "aten::linear", .tensor(features), .tensor(lowering.constant(weight)), .tensor(offset))
      guard try call.flag("one_class") else {
        return [try lowering.transformed(value, try call.string("post_transform") ?? "NONE")]
      }
      lowering.noteStep(on: value)
      let isInside = try lowering.call("aten::gt.Scalar", .tensor(value), 0)
      let doubled = try lowering.call(
        "aten::mul.Scalar", .tensor(try lowering.real(isInside)), 2)
      return [try lowering.call("aten::sub.Scalar", .tensor(doubled), 1)]
    },
  ]
}

extension Lowering {
  /// The kernel of each row with each support vector, [N, S].
  fileprivate mutating func kernel(
    _ x: LoweredValue, _ call: Call
  ) throws(LoweringError) -> LoweredValue {
    let numbers = try call.reals("support_vectors") ?? []
    guard let width = try sizes(of: x).last?.fixed, width > 0, !numbers.isEmpty,
      numbers.count.isMultiple(of: width)
    else { throw failure("its support vectors do not fit its input") }
    let vectors = Tensor(numbers.map { Float($0) }, shape: [numbers.count / width, width])
    let parameters = try call.reals("kernel_params") ?? []
    func parameter(_ index: Int) -> Double {
      parameters.indices.contains(index) ? parameters[index] : 0
    }
    let product = try self.call("aten::linear", .tensor(x), .tensor(constant(vectors)))
    let kind = try call.string("kernel_type") ?? "LINEAR"
    switch kind {
    case "LINEAR": return product
    case "POLY", "SIGMOID":
      let scaled = try self.call("aten::mul.Scalar", .tensor(product), .real(parameter(0)))
      let shifted = try self.call("aten::add.Scalar", .tensor(scaled), .real(parameter(1)))
      return kind == "SIGMOID"
        ? try self.call("aten::tanh", .tensor(shifted))
        : try self.call("aten::pow.Tensor_Scalar", .tensor(shifted), .real(parameter(2)))
    case "RBF":
      // ‖x − v‖² = ‖x‖² + ‖v‖² − 2·x·v
      let squares = try self.call("aten::square", .tensor(x))
      let own = try self.call("aten::sum.dim_IntList", .tensor(squares), [-1], true)
      let others = constant((vectors * vectors).sum(along: [1]))
      let sum = try self.call("aten::add.Tensor", .tensor(own), .tensor(others))
      let distance = try self.call("aten::sub.Tensor", .tensor(sum), .tensor(product), 2)
      let positive = try self.call("aten::clamp", .tensor(distance), 0, .none)
      let scaled = try self.call("aten::mul.Scalar", .tensor(positive), .real(-parameter(0)))
      return try self.call("aten::exp", .tensor(scaled))
    default: throw failure("there is no kernel \(kind)")
    }
  }

  fileprivate mutating func supportVectorClassifier(
    _ call: Call
  ) throws(LoweringError) -> [LoweredValue] {
    let x = try real(try atLeastMatrix(try call.input(0)))
    let labels = try ClassLabels(of: call, integers: "classlabels_ints")
    let pairs = try ClassPairs(of: call, classCount: labels.count)
    let decisions = try self.call(
      "aten::linear", .tensor(try kernel(x, call)), .tensor(constant(pairs.weight)),
      .tensor(constant(pairs.offset)))
    let votes = try votes(of: decisions, pairs)
    let label = try label(self.call("aten::argmax", .tensor(votes), 1), labels)
    let transform = try call.string("post_transform") ?? "NONE"
    if let slopes = try call.reals("prob_a"), !slopes.isEmpty {
      let shifts = try call.reals("prob_b") ?? []
      guard slopes.count == pairs.list.count, shifts.count == pairs.list.count else {
        throw failure("its prob_a and prob_b do not fit \(labels.count) classes")
      }
      let probabilities = try coupled(decisions, slopes: slopes, shifts: shifts, pairs)
      return [label, try transformed(probabilities, transform)]
    }
    let result = try rawResult(decisions, transform, pairs)
    if case .traced(let traced) = result.content {
      classScores[traced.name] = try oneAgainstRest(decisions, votes, pairs)
    }
    return [label, result]
  }

  /// What onnxruntime returns where there are no probabilities: the decisions between pairs.
  private mutating func rawResult(
    _ decisions: LoweredValue, _ transform: String, _ pairs: ClassPairs
  ) throws(LoweringError) -> LoweredValue {
    guard pairs.classCount == 2 else { return try transformed(decisions, transform) }
    // Two classes have one decision s. Positive ones mean the first class, and yet −s or 1 − s is
    // returned for it.
    let first: LoweredValue
    switch transform {
    case "NONE": first = try call("aten::neg", .tensor(decisions))
    case "LOGISTIC": first = try call("aten::zeros_like", .tensor(decisions))
    default: first = try call("aten::rsub.Scalar", .tensor(decisions), 1)
    }
    let both = try call("aten::cat", .tensors([first, decisions]), 1)
    return transform == "LOGISTIC" ? try transformed(both, "SOFTMAX") : both
  }

  /// One score for each class: how many pairs it wins, and a fraction that says how clearly.
  ///
  /// Source: scikit-learn's `decision_function` of support vector classifiers; for two classes the
  /// decision itself.
  private mutating func oneAgainstRest(
    _ decisions: LoweredValue, _ votes: LoweredValue, _ pairs: ClassPairs
  ) throws(LoweringError) -> LoweredValue {
    if pairs.classCount == 2 {
      let negative = try call("aten::neg", .tensor(decisions))
      return try call("aten::cat", .tensors([decisions, negative]), 1)
    }
    let confidence = try call(
      "aten::linear", .tensor(decisions), .tensor(constant(pairs.votes)))
    let size = try call("aten::abs", .tensor(confidence))
    let limit = try call(
      "aten::mul.Scalar", .tensor(try call("aten::add.Scalar", .tensor(size), 1)), 3)
    let fraction = try call("aten::div.Tensor", .tensor(confidence), .tensor(limit))
    return try call("aten::add.Tensor", .tensor(votes), .tensor(fraction))
  }

  /// How many of its pairs each class wins.
  private mutating func votes(
    of decisions: LoweredValue, _ pairs: ClassPairs
  ) throws(LoweringError) -> LoweredValue {
    let isFirst = try real(try call("aten::gt.Scalar", .tensor(decisions), 0))
    return try call(
      "aten::linear", .tensor(isFirst), .tensor(constant(pairs.votes)),
      .tensor(constant(pairs.votesOfNone)))
  }

  /// Probabilities of the classes from those of pairs, as the second method of Wu, Lin and Weng 2004
  /// (“Probability estimates for multi-class classification by pairwise coupling”) defines them.
  ///
  /// Libraries iterate until the result is good to 0.005 divided by the number of classes; here it is
  /// the exact solution of the linear equations.
  private mutating func coupled(
    _ decisions: LoweredValue, slopes: [Double], shifts: [Double], _ pairs: ClassPairs
  ) throws(LoweringError) -> LoweredValue {
    let scaled = try call("aten::mul.Tensor", .tensor(decisions), .tensor(try features(slopes)))
    let scores = try call("aten::add.Tensor", .tensor(scaled), .tensor(try features(shifts)))
    let negative = try call("aten::neg", .tensor(scores))
    if pairs.list.count == 1 {
      let zeros = try call("aten::zeros_like", .tensor(negative))
      let both = try call("aten::cat", .tensors([negative, zeros]), 1)
      return try transformed(both, "SOFTMAX")
    }
    let count = pairs.classCount
    let first = try call(
      "aten::clamp", .tensor(try call("aten::sigmoid", .tensor(negative))), 1e-7, .real(1 - 1e-7))
    let second = try call("aten::rsub.Scalar", .tensor(first), 1)
    // R[i, j] is the probability of i among i and j.
    let diagonalOfZeros = try call(
      "aten::zeros_like", .tensor(try call("aten::narrow", .tensor(first), 1, 0, 1)))
    let all = try call("aten::cat", .tensors([first, second, diagonalOfZeros]), 1)
    let matrix = try call(
      "aten::reshape", .tensor(try selected(all, pairs.places, along: 1)),
      .integers([-1, BatchSize(count), BatchSize(count)]))
    let transposed = try call("aten::transpose.int", .tensor(matrix), 1, 2)
    let products = try call("aten::mul.Tensor", .tensor(matrix), .tensor(transposed))
    let sums = try call(
      "aten::sum.dim_IntList", .tensor(try call("aten::square", .tensor(transposed))), [-1])
    let diagonal = try call("aten::diag_embed", .tensor(sums))
    let system = try call("aten::sub.Tensor", .tensor(diagonal), .tensor(products))
    // The probabilities add up to one: a row and a column more.
    let wide = try call("aten::constant_pad_nd", .tensor(system), [0, 1], 1)
    let tall = try call("aten::constant_pad_nd", .tensor(wide), [0, 0, 0, 1], 1)
    let corner = Tensor(
      (0..<(count + 1) * (count + 1)).map { $0 == (count + 1) * (count + 1) - 1 ? -1 : 0 as Float },
      shape: [count + 1, count + 1])
    let equations = try call("aten::add.Tensor", .tensor(tall), .tensor(constant(corner)))
    let right = constant(
      Tensor((0...count).map { $0 == count ? 1 : 0 as Float }, shape: [count + 1, 1]))
    let rows = try call(
      "aten::expand", .tensor(right),
      .integers([try sizes(of: decisions)[0], BatchSize(count + 1), 1]))
    let solution = try calls("aten::linalg_solve_ex", [.tensor(equations), .tensor(rows)])[0]
    let probabilities = try call(
      "aten::slice.Tensor", .tensor(try call("aten::squeeze.dim", .tensor(solution), -1)), 1, 0,
      .integer(BatchSize(count)))
    return try call("aten::clamp", .tensor(probabilities), 0, 1)
  }
}

/// The pairs of classes that a support vector classifier decides between.
private struct ClassPairs {
  let classCount: Int
  /// The positions of the classes of each pair.
  let list: [(first: Int, second: Int)]
  /// What each pair adds up from the kernels, [pairs, S].
  let weight: Tensor
  /// What each pair adds.
  let offset: Tensor

  init(of call: Call, classCount: Int) throws(LoweringError) {
    self.classCount = classCount
    let counts = try call.integers("vectors_per_class") ?? []
    let coefficients = (try call.reals("coefficients") ?? []).map { Float($0) }
    let offsets = (try call.reals("rho") ?? []).map { Float($0) }
    let total = counts.reduce(0) { $0.addingReportingOverflow($1).partialValue }
    guard (2...Self.mostClasses).contains(classCount), counts.count == classCount,
      counts.allSatisfy({ (0...coefficients.count).contains($0) }),
      (1...max(1, coefficients.count)).contains(total),
      coefficients.count == (classCount - 1) * total,
      offsets.count == classCount * (classCount - 1) / 2,
      offsets.count * total <= Lowering.largestElementCount / 2
    else {
      throw call.failure("its support vectors and coefficients do not fit \(classCount) classes")
    }
    let list = (0..<classCount).flatMap { first in
      (first + 1..<max(first + 1, classCount)).map { (first: first, second: $0) }
    }
    self.list = list
    let starts = counts.reduce(into: [0]) { $0.append($0[$0.count - 1] + $1) }
    var rows: [Float] = []
    for (first, second) in list {
      var row = [Float](repeating: 0, count: total)
      for index in starts[first]..<starts[first + 1] {
        row[index] = coefficients[(second - 1) * total + index]
      }
      for index in starts[second]..<starts[second + 1] {
        row[index] = coefficients[first * total + index]
      }
      rows += row
    }
    weight = Tensor(rows, shape: [list.count, total])
    offset = Tensor(offsets, shape: [list.count])
  }

  private static let mostClasses = 512

  /// What a pair that its first class wins adds to the votes, [classes, pairs].
  var votes: Tensor {
    var numbers = [Float](repeating: 0, count: classCount * list.count)
    for (index, pair) in list.enumerated() {
      numbers[pair.first * list.count + index] = 1
      numbers[pair.second * list.count + index] = -1
    }
    return Tensor(numbers, shape: [classCount, list.count])
  }

  /// The votes if the second class wins every pair.
  var votesOfNone: Tensor {
    Tensor(
      (0..<classCount).map { place in Float(list.count { $0.second == place }) },
      shape: [classCount])
  }

  /// Which of the probabilities of first classes, those of second ones and a zero is where in a matrix
  /// of all pairs.
  var places: [Int] {
    var places = [Int](repeating: 2 * list.count, count: classCount * classCount)
    for (index, pair) in list.enumerated() {
      places[pair.first * classCount + pair.second] = index
      places[pair.second * classCount + pair.first] = list.count + index
    }
    return places
  }
}
