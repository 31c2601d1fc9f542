public import Attacks
public import TensorModule
public import ThreatModels

/// Examples made on each of some models and tried on all of them.
///
/// On each source the attack works on all pictures that the source gets right; for the others there is
/// no example. A picture counts for a source and a target that both get the original right.
public struct TransferStudy {
  private let attack: any Attack
  private let threat: ThreatModel
  private let seed: UInt64
  private let models: [any DifferentiableClassifier]
  private var seen = 0
  /// For each model the pictures that it gets right.
  private var right: [Int]
  /// For each source and target the pictures that both get right.
  private var tried: [[Int]]
  /// For each source and target the pictures that were fooled.
  private var fooled: [[Int]]
  /// For each target the pictures that only examples made on other models fooled.
  private var fooledByOthersOnly: [Int]

  /// A study without pictures yet.
  ///
  /// - Precondition: the models take pictures of one shape and know the same number of classes.
  public init(
    of models: [any DifferentiableClassifier], by attack: any Attack, within threat: ThreatModel,
    seed: UInt64 = 0
  ) {
    precondition(
      Set(models.map(\.imageShape)).count == 1 && Set(models.map(\.classCount)).count == 1,
      "models of one shape and one number of classes")
    self.models = models
    self.attack = attack
    self.threat = threat
    self.seed = seed
    right = models.map { _ in 0 }
    tried = models.map { _ in models.map { _ in 0 } }
    fooled = models.map { _ in models.map { _ in 0 } }
    fooledByOthersOnly = models.map { _ in 0 }
  }

  /// Attacks every model on some pictures and tries the examples on all.
  ///
  /// - Parameters:
  ///   - images: [N, C, H, W] in [0, 1].
  ///   - labels: the true classes.
  ///   - numbers: the number of each sample in its data set, which names its randomness.
  public mutating func add(
    images: Tensor, labels: [Int], numbers: [Int]
  ) throws(OracleError) {
    seen += labels.count
    let truth = Tensor(labels)
    var isRight: [[Bool]] = []
    for model in models {
      isRight.append((try ModelOracle(model).labels(of: images) .== truth).truths())
    }
    for target in models.indices { right[target] += isRight[target].count { $0 } }
    let key = RandomKey(seed: seed)
    var fooledRows = models.map { _ in models.map { _ in Set<Int>() } }
    for source in models.indices {
      let rows = labels.indices.filter { isRight[source][$0] }
      if rows.isEmpty { continue }
      let batch = AttackBatch(
        images.rows(rows), toward: Goal(avoiding: truth.rows(rows)),
        keys: rows.map { key.part(numbers[$0]) })
      let points = try attack.points(for: batch, on: models[source], within: threat)
      let allowed = threat.allows(points, around: batch.images)
      for target in models.indices {
        let wrong = batch.goal
          .isReached(byPredictions: try ModelOracle(models[target]).labels(of: points)).truths()
        fooledRows[source][target] = Set(
          rows.indices.filter { wrong[$0] && allowed[$0] && isRight[target][rows[$0]] }
            .map { rows[$0] })
        tried[source][target] += rows.count { isRight[target][$0] }
        fooled[source][target] += fooledRows[source][target].count
      }
    }
    for target in models.indices {
      let byOthers = models.indices.filter { $0 != target }.map { fooledRows[$0][target] }
      fooledByOthersOnly[target] +=
        byOthers.reduce(into: Set()) { $0.formUnion($1) }
        .subtracting(fooledRows[target][target]).count
    }
  }

  /// The table of what was found.
  ///
  /// - Precondition: at least one picture was added, and there is one name for each model.
  public func matrix(named names: [String]) -> TransferMatrix {
    precondition(names.count == models.count && seen > 0)
    return TransferMatrix(
      attack: attack.title, threat: threat, sources: names,
      targets: models.indices.map {
        .init(name: names[$0], cleanAccuracy: Proportion(right[$0], of: seen))
      },
      fooledRates: models.indices.map { source in
        models.indices.map { target in
          tried[source][target] == 0
            ? nil : Proportion(fooled[source][target], of: tried[source][target])
        }
      },
      findings: models.indices.compactMap { finding(on: $0, named: names[$0]) })
  }

  /// What it means if other models' examples fool a model where its own do not.
  private func finding(on target: Int, named name: String) -> Finding? {
    let found = fooledByOthersOnly[target]
    guard found >= max(3, right[target] / 50), fooled[target][target] < right[target] else {
      return nil
    }
    return Finding(
      .transferBeatsWhiteBox, .warning,
      observation: "examples made on other models fool \(name) on \(found) pictures on which "
        + "\(attack.title) on \(name) itself fails",
      advice:
        "the gradients of \(name) mislead, or the attack is too weak for it: evaluate it with "
        + "autoattack, and count these examples too")
  }
}
