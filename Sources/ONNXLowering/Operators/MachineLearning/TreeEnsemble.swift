import ProgramFormats

/// The nodes of all trees of an ensemble, checked: every way from a root ends in a leaf.
struct TreeEnsemble {
  /// Which feature a node looks at; 0 for leaves.
  private(set) var features: [Int] = []
  /// What it compares the feature with.
  private(set) var limits: [Double] = []
  /// How it compares: the engine's word; nothing for leaves.
  private(set) var modes: [String?] = []
  /// The next node if the comparison holds; leaves lead to themselves.
  private(set) var whenTrue: [Int] = []
  /// The next node if it does not.
  private(set) var whenFalse: [Int] = []
  /// Whether a missing feature goes the way of the truth.
  private(set) var followsMissing: [Bool] = []
  /// What leaves add to the results, [nodes, results].
  private(set) var weights: [Double] = []
  /// The first node of each tree.
  private(set) var roots: [Int] = []
  /// The longest way from a root to a leaf.
  private(set) var depth = 0
  /// How many results there are.
  let resultCount: Int
  /// The results that some leaf adds to.
  private(set) var usedResults: Set<Int> = []
  /// Whether no leaf subtracts.
  private(set) var areWeightsPositive = true

  /// The trees of `TreeEnsembleClassifier` and `TreeEnsembleRegressor`.
  ///
  /// - Parameters:
  ///   - call: the node.
  ///   - prefix: what the settings about leaves begin with.
  ///   - resultCount: how many results there are.
  init(of call: Call, prefix: String, resultCount: Int) throws(LoweringError) {
    self.resultCount = resultCount
    let treeNumbers = try call.integers("nodes_treeids") ?? []
    let numbers = try call.integers("nodes_nodeids") ?? []
    let count = numbers.count
    let trueNumbers = try call.integers("nodes_truenodeids") ?? []
    let falseNumbers = try call.integers("nodes_falsenodeids") ?? []
    guard case .strings(let words)? = call.node.attributes["nodes_modes"] else {
      throw call.failure("its trees have no modes")
    }
    features = try call.integers("nodes_featureids") ?? []
    limits = try call.numbers("nodes_values") ?? []
    let missing = try call.integers("nodes_missing_value_tracks_true") ?? []
    followsMissing = missing.count == count ? missing.map { $0 != 0 } : numbers.map { _ in false }
    guard count > 0,
      [
        treeNumbers.count, trueNumbers.count, falseNumbers.count, words.count, features.count,
        limits.count,
      ].allSatisfy({ $0 == count })
    else { throw call.failure("the lists of its trees' nodes differ in length") }
    var places: [NodeNumber: Int] = [:]
    for place in 0..<count {
      let number = NodeNumber(tree: treeNumbers[place], node: numbers[place])
      guard places.updateValue(place, forKey: number) == nil else {
        throw call.failure("two nodes of a tree have one number")
      }
      if place == 0 || treeNumbers[place] != treeNumbers[place - 1] { roots.append(place) }
    }
    modes = try words.map { word throws(LoweringError) in try Self.mode(word, call) }
    func next(_ list: [Int], _ place: Int) -> Int {
      modes[place] == nil
        ? place : places[NodeNumber(tree: treeNumbers[place], node: list[place])] ?? -1
    }
    whenTrue = (0..<count).map { next(trueNumbers, $0) }
    whenFalse = (0..<count).map { next(falseNumbers, $0) }
    let leafTrees = try call.integers("\(prefix)_treeids") ?? []
    let leafNodes = try call.integers("\(prefix)_nodeids") ?? []
    let results = try call.integers("\(prefix)_ids") ?? []
    let values = try call.numbers("\(prefix)_weights") ?? []
    guard [leafTrees.count, leafNodes.count, results.count].allSatisfy({ $0 == values.count })
    else { throw call.failure("the lists of its trees' leaves differ in length") }
    try makeWeights(call)
    for index in values.indices {
      let number = NodeNumber(tree: leafTrees[index], node: leafNodes[index])
      try add(values[index], to: results[index], at: places[number] ?? -1, call)
    }
    try measure(call)
  }

  /// The trees of the operator `TreeEnsemble`, which has leaves apart from branches.
  init(compact call: Call, _ lowering: Lowering) throws(LoweringError) {
    resultCount = try call.integer("n_targets", default: 1)
    let branchFeatures = try call.integers("nodes_featureids") ?? []
    let splits = try call.numbers("nodes_splits") ?? []
    let modeNumbers = try call.numbers("nodes_modes") ?? []
    let next = [
      try call.integers("nodes_truenodeids") ?? [], try call.integers("nodes_falsenodeids") ?? [],
    ]
    let areLeaves = [
      try call.integers("nodes_trueleafs") ?? [], try call.integers("nodes_falseleafs") ?? [],
    ]
    let results = try call.integers("leaf_targetids") ?? []
    let values = try call.numbers("leaf_weights") ?? []
    let (branches, leaves) = (branchFeatures.count, values.count)
    guard (next + areLeaves).allSatisfy({ $0.count == branches }), results.count == leaves,
      splits.count == branches, modeNumbers.count == branches
    else { throw call.failure("the lists of its trees' nodes differ in length") }
    features = branchFeatures + values.map { _ in 0 }
    limits = splits + values.map { _ in 0 }
    let missing = try call.integers("nodes_missing_value_tracks_true") ?? []
    followsMissing = (0..<branches + leaves).map {
      missing.indices.contains($0) && missing[$0] != 0
    }
    modes =
      try modeNumbers.map { number throws(LoweringError) in
        guard (0..<6).contains(number) else {
          throw call.failure("its trees compare in a way that is not supported")
        }
        return ["le", "lt", "ge", "gt", "eq", "ne"][Int(number)]
      } + values.map { _ in nil }
    let ways = (0..<2).map { way in
      (0..<branches).map { place in
        let target = next[way][place]
        guard areLeaves[way][place] != 0 else { return target < branches ? target : -1 }
        return (0..<leaves).contains(target) ? branches + target : -1
      } + (branches..<branches + leaves)
    }
    (whenTrue, whenFalse) = (ways[0], ways[1])
    roots = try call.integers("tree_roots") ?? []
    try makeWeights(call)
    for index in values.indices {
      try add(values[index], to: results[index], at: branches + index, call)
    }
    try measure(call)
  }

  private struct NodeNumber: Hashable {
    let tree: Int
    let node: Int
  }

  private static func mode(_ word: String, _ call: Call) throws(LoweringError) -> String? {
    switch word {
    case "LEAF": return nil
    case "BRANCH_LEQ": return "le"
    case "BRANCH_LT": return "lt"
    case "BRANCH_GTE": return "ge"
    case "BRANCH_GT": return "gt"
    case "BRANCH_EQ": return "eq"
    case "BRANCH_NEQ": return "ne"
    default: throw call.failure("its trees compare in a way that is not supported: \(word)")
    }
  }

  private mutating func makeWeights(_ call: Call) throws(LoweringError) {
    let (count, overflows) = features.count.multipliedReportingOverflow(by: max(resultCount, 0))
    guard !overflows, count > 0, count <= Lowering.largestElementCount else {
      throw call.failure("its trees have no results or too many")
    }
    weights = [Double](repeating: 0, count: count)
  }

  private mutating func add(
    _ value: Double, to result: Int, at place: Int, _ call: Call
  ) throws(LoweringError) {
    guard features.indices.contains(place), (0..<resultCount).contains(result) else {
      throw call.failure("a leaf of its trees names a node or a result that there is not")
    }
    weights[place * resultCount + result] += value
    usedResults.insert(result)
    areWeightsPositive = areWeightsPositive && value >= 0
  }

  private static let greatestDepth = 1_000

  /// Follows all branches from the roots, which finds those that lead nowhere or in circles.
  private mutating func measure(_ call: Call) throws(LoweringError) {
    guard !roots.isEmpty, roots.allSatisfy(features.indices.contains),
      features.allSatisfy({ $0 >= 0 })
    else { throw call.failure("its trees have no root or look at a feature that there is not") }
    var level = roots.filter { modes[$0] != nil }
    var visited = 0
    while !level.isEmpty {
      depth += 1
      visited += level.count
      var below: [Int] = []
      for place in level {
        for next in [whenTrue[place], whenFalse[place]] {
          guard features.indices.contains(next) else {
            throw call.failure("a branch of its trees leads nowhere")
          }
          if modes[next] != nil { below.append(next) }
        }
      }
      guard visited <= features.count else {
        throw call.failure("the branches of its trees meet or run in circles")
      }
      guard depth <= Self.greatestDepth else {
        throw call.failure("its trees have more than \(Self.greatestDepth) levels")
      }
      level = below
    }
  }
}
