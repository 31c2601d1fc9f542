import Attacks
import TensorModule
import ThreatModels

/// What sanity checks look at: a model, a few pictures that it gets right, and a budget.
struct SanitySubject {
  let model: any DifferentiableClassifier
  /// What decides whether a point fools the model; differs from what attacks see behind a defence.
  private let judge: any Classifier
  let batch: AttackBatch
  let threat: ThreatModel

  /// How many of the pictures to look at: 32 small ones, 8 large ones.
  static func count(for shape: ImageShape) -> Int {
    let small = 32 * 32 * 3
    return min(32, max(8, 32 * small / shape.sizes.reduce(1, *)))
  }

  /// The first of a batch of pictures that the model gets right.
  init(
    _ batch: AttackBatch, on model: any DifferentiableClassifier,
    judgedBy judge: (any Classifier)? = nil, within threat: ThreatModel
  ) {
    let count = min(Self.count(for: model.imageShape), batch.keys.count)
    self.batch = batch.rows(Array(0..<count))
    self.model = model
    self.judge = judge ?? model
    self.threat = threat
  }

  /// How many pictures there are.
  var count: Int { batch.keys.count }

  /// Whether each of some points reaches its goal within a threat model.
  func isFooled(
    by attack: any Attack, rows: [Int]? = nil, within threat: ThreatModel? = nil
  ) throws(OracleError) -> [Bool] {
    let threat = threat ?? self.threat
    let part = rows.map { batch.rows($0) } ?? batch
    let points = try attack.points(for: part, on: model, within: threat)
    let predictions = try ModelOracle(judge).labels(of: points)
    let reached = part.goal.isReached(byPredictions: predictions).truths()
    return zip(reached, threat.allows(points, around: part.images)).map { $0 && $1 }
  }
}
