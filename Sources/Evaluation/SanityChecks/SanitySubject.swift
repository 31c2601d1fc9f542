import Attacks
import TensorModule
import ThreatModels

/// What sanity checks look at: a model, a few pictures that it gets right, and a budget.
struct SanitySubject {
  /// What attacks see; zero gradients where the model has none at all.
  let model: any DifferentiableClassifier
  /// What decides whether a point fools the model; differs from what attacks see behind a defence.
  private let judge: any Classifier
  let batch: AttackBatch
  /// The numbers of the pictures in the data set.
  let numbers: [Int]
  /// An evaluated budget with its grid.
  let threat: ThreatModel
  /// Points within the budget that checks came upon.
  let finds = SanityFinds()
  private let knowsAutoAttack: Bool
  /// Whether the model has no gradient at all, so that AutoAttack cannot be run.
  let lacksGradients: Bool

  /// How many of the pictures to look at: 32 small ones, 8 large ones.
  static func count(for shape: ImageShape) -> Int {
    let small = 32 * 32 * 3
    return min(32, max(8, 32 * small / shape.sizes.reduce(1, *)))
  }

  /// The first of a batch of pictures that the model gets right.
  ///
  /// - Parameters:
  ///   - numbers: of the batch's pictures in the data set.
  ///   - knowsAutoAttack: whether AutoAttack is among the attacks of the evaluation.
  init(
    _ batch: AttackBatch, numbers: [Int], on model: any DifferentiableClassifier,
    judgedBy judge: any Classifier, within threat: ThreatModel, knowsAutoAttack: Bool
  ) {
    let count = min(Self.count(for: model.imageShape), batch.keys.count)
    self.batch = batch.rows(Array(0..<count))
    self.numbers = Array(numbers.prefix(count))
    self.model = ZeroWithoutGradient(model: model)
    self.judge = judge
    self.threat = threat
    self.knowsAutoAttack = knowsAutoAttack
    do throws(EngineError) {
      _ = try model.lossGradient(at: batch.images[0..<1], of: batch.rows([0]).goal.crossEntropy)
      lacksGradients = false
    } catch {
      // Other errors come again where a check asks for gradients.
      lacksGradients = error.reason == .noGradient
    }
  }

  /// How many pictures there are.
  var count: Int { batch.keys.count }

  /// Advice that does not tell people to run what they have run or cannot run.
  func advice(_ plain: String, afterAutoAttack: String) -> String {
    if lacksGradients {
      return
        "attacks with gradients cannot see this model: count on long searches without gradients "
        + "(square:queries=20000, rays, hopskipjump) and on BackwardPassApproximation from Swift"
    }
    return knowsAutoAttack ? afterAutoAttack : plain
  }

  /// Whether an attack under the subject's budget fools the model on each of some pictures; what it
  /// finds is remembered.
  func isFooled(by attack: any Attack, rows: [Int]? = nil) throws(OracleError) -> [Bool] {
    let (points, judgement) = try points(of: attack, rows: rows, within: threat)
    let places = rows ?? Array(0..<count)
    let outcomes = places.indices.map {
      judgement.outcome(ofRow: $0, within: threat.budget, promised: true)
    }
    for (row, place) in places.enumerated() {
      finds.consider(
        .init(
          place: place, judgement: judgement, row: row, outcome: outcomes[row], point: points[row]))
    }
    return outcomes.map { $0 == .newlyWrong }
  }

  /// Whether an attack under some other budget fools the model on each picture.
  func isFooled(by attack: any Attack, within threat: ThreatModel) throws(OracleError) -> [Bool] {
    let judgement = try points(of: attack, rows: nil, within: threat).judgement
    return (0..<count).map {
      judgement.outcome(ofRow: $0, within: threat.budget, promised: true) == .newlyWrong
    }
  }

  private func points(
    of attack: any Attack, rows: [Int]?, within threat: ThreatModel
  ) throws(OracleError) -> (points: Tensor, judgement: Judgement) {
    let part = rows.map { batch.rows($0) } ?? batch
    let points = try attack.points(for: part, on: model, within: threat)
    do {
      return (
        points,
        try Judgement(
          of: points, around: part.images, toward: part.goal, by: judge, on: threat.pixels)
      )
    } catch {
      throw .engine(error)
    }
  }
}
