import ProgramFormats
import ProgramRuntime
import TensorModule

/// Forests and boosted trees. They are steps: no gradient passes them.
extension OperatorTable {
  static let treeEnsembles: [String: OperatorLowering] = [
    "ai.onnx.ml::TreeEnsembleClassifier": { lowering, call throws(LoweringError) in
      try lowering.treeClassifier(call)
    },
    "ai.onnx.ml::TreeEnsembleRegressor": { lowering, call throws(LoweringError) in
      let count = try call.integer("n_targets", default: 1)
      let trees = try TreeEnsemble(of: call, prefix: "target", resultCount: count)
      return [try lowering.treeRegression(trees, call, base: try call.numbers("base_values") ?? [])]
    },
    "ai.onnx.ml::TreeEnsemble": { lowering, call throws(LoweringError) in
      let trees = try TreeEnsemble(compact: call, lowering)
      return [try lowering.treeRegression(trees, call, base: [])]
    },
  ]
}

extension Call {
  /// Real numbers, from a list or from a tensor that is named after it.
  func numbers(_ name: String) throws(LoweringError) -> [Double]? {
    guard case .tensor(let tensor)? = node.attributes["\(name)_as_tensor"] ?? node.attributes[name]
    else { return try reals(name) }
    do throws(EngineError) {
      return try Tensor(tensor.weight).doubles()
    } catch {
      throw failure("its setting \(name) cannot be used: \(error.message)")
    }
  }
}

extension Call {
  /// The word that a setting gives by its number.
  fileprivate func word(
    _ name: String, among words: [String], default number: Int
  ) throws(LoweringError) -> String {
    let given = try integer(name, default: number)
    return words.indices.contains(given) ? words[given] : "\(given)"
  }
}

extension Lowering {
  fileprivate mutating func treeRegression(
    _ trees: TreeEnsemble, _ call: Call, base: [Double]
  ) throws(LoweringError) -> LoweredValue {
    let leaves = try leafWeights(trees, try call.input(0))
    var result: LoweredValue
    let isCompact = call.node.operation == "TreeEnsemble"
    let way =
      try isCompact
      ? call.word("aggregate_function", among: ["AVERAGE", "SUM", "MIN", "MAX"], default: 1)
      : call.string("aggregate_function") ?? "SUM"
    switch way {
    case "SUM": result = try self.call("aten::sum.dim_IntList", .tensor(leaves), [1])
    case "AVERAGE": result = try mean(leaves, [1], false)
    case "MIN": result = try self.call("aten::amin", .tensor(leaves), [1])
    case "MAX": result = try self.call("aten::amax", .tensor(leaves), [1])
    default: throw failure("there is no way \(way) to put trees together")
    }
    if !base.isEmpty {
      guard [1, trees.resultCount].contains(base.count) else {
        throw failure("\(base.count) base values do not fit \(trees.resultCount) targets")
      }
      let values = constant(
        Tensor(base, shape: [base.count]).converted(to: result.elementType))
      result = try self.call("aten::add.Tensor", .tensor(result), .tensor(values))
    }
    let transforms = ["NONE", "SOFTMAX", "LOGISTIC", "SOFTMAX_ZERO", "PROBIT"]
    let transform =
      try isCompact
      ? call.word("post_transform", among: transforms, default: 0)
      : call.string("post_transform") ?? "NONE"
    return try transformed(result, transform)
  }

  fileprivate mutating func treeClassifier(
    _ call: Call
  ) throws(LoweringError) -> [LoweredValue] {
    let labels = try ClassLabels(of: call, integers: "classlabels_int64s")
    let trees = try TreeEnsemble(of: call, prefix: "class", resultCount: labels.count)
    let leaves = try leafWeights(trees, try call.input(0))
    var scores = try self.call("aten::sum.dim_IntList", .tensor(leaves), [1])
    let base = try call.numbers("base_values") ?? []
    let transform = try call.string("post_transform") ?? "NONE"
    let isSingle = labels.count == 2 && trees.usedResults == [0]
    guard base.isEmpty || base.count == (isSingle ? 1 : labels.count) else {
      throw failure("\(base.count) base values do not fit \(labels.count) classes")
    }
    if isSingle { scores = try self.call("aten::slice.Tensor", .tensor(scores), 1, 0, 1) }
    if !base.isEmpty {
      let values = Tensor(base, shape: [base.count]).converted(to: scores.elementType)
      scores = try self.call("aten::add.Tensor", .tensor(scores), .tensor(constant(values)))
    }
    scores = try converted(scores, to: .float32)
    guard isSingle else {
      return [
        try label(self.call("aten::argmax", .tensor(scores), 1), labels),
        try transformed(scores, transform),
      ]
    }
    // One score for the second class, from which that of the first follows.
    let isProbability = trees.areWeightsPositive
    let isSecond = try self.call(
      "aten::gt.Scalar", .tensor(try self.call("aten::squeeze.dim", .tensor(scores), 1)),
      .real(isProbability ? 0.5 : 0))
    let first: LoweredValue
    if transform == "LOGISTIC" {
      first = try self.call("aten::zeros_like", .tensor(scores))
    } else if isProbability {
      first = try self.call("aten::rsub.Scalar", .tensor(scores), 1)
    } else {
      first = try self.call("aten::neg", .tensor(scores))
    }
    let both = try self.call("aten::cat", .tensors([first, scores]), 1)
    return [
      try label(isSecond, labels),
      transform == "LOGISTIC" ? try transformed(both, "SOFTMAX") : both,
    ]
  }

  /// The weights of the leaf that each row reaches in each tree, [N, trees, results].
  ///
  /// All rows go down all trees at once, a level at a time; who has reached a leaf stays there.
  private mutating func leafWeights(
    _ trees: TreeEnsemble, _ input: LoweredValue
  ) throws(LoweringError) -> LoweredValue {
    let given = try atLeastMatrix(input)
    noteStep(on: given)
    let x = given.isReal ? given : try converted(given, to: .float32)
    let sizes = try sizes(of: x)
    guard sizes.count == 2, let width = sizes[1].fixed, trees.features.allSatisfy({ $0 < width })
    else { throw failure("its trees look at features that its input does not have") }
    let table = TreeTables(trees, &self, type: x.elementType)
    var place = try call(
      "aten::expand", .tensor(constant(Tensor(trees.roots))),
      .integers([sizes[0], BatchSize(trees.roots.count)]))
    for _ in 0..<trees.depth {
      let feature = try call("aten::take", .tensor(table.features), .tensor(place))
      let number = try call("aten::gather", .tensor(x), 1, .tensor(feature))
      let limit = try call("aten::take", .tensor(table.limits), .tensor(place))
      let goesLeft = try comparison(number, limit, at: place, table)
      place = try call(
        "aten::where.self", .tensor(goesLeft),
        .tensor(try call("aten::take", .tensor(table.whenTrue), .tensor(place))),
        .tensor(try call("aten::take", .tensor(table.whenFalse), .tensor(place))))
    }
    return try call("aten::embedding", .tensor(table.weights), .tensor(place))
  }

  private mutating func comparison(
    _ number: LoweredValue, _ limit: LoweredValue, at place: LoweredValue, _ table: TreeTables
  ) throws(LoweringError) -> LoweredValue {
    var result: LoweredValue?
    for mode in table.modes {
      let own = try call("aten::\(mode.name).Tensor", .tensor(number), .tensor(limit))
      guard let others = result else {
        result = own
        continue
      }
      let isMine = try call("aten::take", .tensor(mode.isUsed), .tensor(place))
      result = try call(
        "aten::where.self", .tensor(isMine), .tensor(own), .tensor(others))
    }
    guard let result else { throw failure("its trees have no branches") }
    guard let followsMissing = table.followsMissing else { return result }
    let isMissing = try call("aten::isnan", .tensor(number))
    let follows = try call("aten::take", .tensor(followsMissing), .tensor(place))
    return try call(
      "aten::logical_or", .tensor(result),
      .tensor(try call("aten::logical_and", .tensor(isMissing), .tensor(follows))))
  }
}

/// The nodes of an ensemble as constants of the program.
private struct TreeTables {
  let features, limits, whenTrue, whenFalse, weights: LoweredValue
  /// The comparisons that occur, with the nodes where they do.
  let modes: [(name: String, isUsed: LoweredValue)]
  /// Where a missing feature goes the way of the truth; nothing if nowhere.
  let followsMissing: LoweredValue?

  init(_ trees: TreeEnsemble, _ lowering: inout Lowering, type: ElementType) {
    features = lowering.constant(Tensor(trees.features))
    limits = lowering.constant(
      Tensor(trees.limits, shape: [trees.limits.count]).converted(to: type))
    whenTrue = lowering.constant(Tensor(trees.whenTrue))
    whenFalse = lowering.constant(Tensor(trees.whenFalse))
    weights = lowering.constant(
      Tensor(trees.weights, shape: [trees.features.count, trees.resultCount])
        .converted(to: type == .float64 ? .float64 : .float32))
    modes = Set(trees.modes.compactMap(\.self)).sorted().map { name in
      (name, lowering.constant(Tensor(trees.modes.map { $0 == name })))
    }
    followsMissing =
      trees.followsMissing.contains(true)
      ? lowering.constant(Tensor(trees.followsMissing)) : nil
  }
}
