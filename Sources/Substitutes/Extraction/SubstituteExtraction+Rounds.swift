import Datasets
import Evaluation
import Imaging
import Oracles
import ProgramRuntime
import TensorModule
import ThreatModels
import Training

extension SubstituteExtraction {
  /// How many pictures go through a model or to the oracle at once.
  private static let batchSize = 200

  private var key: RandomKey { RandomKey(seed: plan.seed).part("substitute") }

  /// Why the rounds that are done are enough; nothing if they are not.
  var ending: Ending? {
    let ending = plan.ending(after: rounds)
    return ending == .planned && isCutShort ? .budget : ending
  }

  /// Keeps what came of it all.
  func end(_ ending: Ending) throws -> Ending {
    try folder?.keepModel(program)
    return ending
  }

  /// How many more questions a round may ask.
  ///
  /// What this run asks counts, whether it is paid for or in the journal already: a run that is repeated
  /// asks the same.
  func room(_ oracle: BudgetedOracle, keeping reserve: Int) -> Int {
    guard let limit = oracle.budget.limit else { return .max }
    return max(0, limit - reserve - heldOut.count - pictures.count)
  }

  /// The pictures that a round asks about; those that it kept if it came that far before.
  func questions(
    ofRound round: Int, _ oracle: BudgetedOracle, keeping reserve: Int
  ) throws -> [Picture] {
    if let kept = try folder?.pictures(.round(round), shape: model.imageShape) { return kept }
    // The first step of augmentation is the paper's ρ = 0.
    let step = round - 1
    let key = key.part("growth").part(step)
    let all =
      plan.reservoir?.parents(among: pictures.count, inRound: step, key: key)
      ?? Array(pictures.indices)
    let chosen = ReservoirSampling.sample(
      room(oracle, keeping: reserve), of: all.count, key: key.part("room"))
    isCutShort = chosen.count < all.count
    let parents = chosen.map { all[$0] }
    let start = pictures.count - (rounds.first?.newPictures ?? 0)
    let substitute = model.attackable()
    // What is held out stays unknown to the substitute.
    var known = Set(pictures).union(heldOut)
    var new: [Picture] = []
    for rows in parents.chunks(of: Self.batchSize) {
      let found = try growth.pictures(
        from: QueryParents(
          images: Tensor(rows.map { pictures[$0] }), labels: Tensor(rows.map { labels[$0] }),
          round: step, askedBefore: start + new.count, keys: rows.map { key.part($0) },
          isKnown: { known.contains($0) }),
        on: substitute)
      // What is known is a set: a picture that comes again teaches nothing.
      new += (0..<found.count).map { Picture(found[$0]) }.filter { known.insert($0).inserted }
    }
    try folder?.keep(new, as: .round(round))
    return new
  }

  /// What an earlier round asked about.
  func kept(_ round: Int) throws -> [Picture] {
    guard let pictures = try folder?.pictures(.round(round), shape: model.imageShape) else {
      throw SubstituteError.damaged(folder?.path ?? "", "the pictures of round \(round) are gone")
    }
    return pictures
  }

  /// Trains the substitute on all that was asked.
  ///
  /// - Returns: whether it was not stopped.
  func train(
    _ round: Int, stopping isStopWanted: () -> Bool, reporting report: (Progress) throws -> Void
  ) throws -> Bool {
    if !plan.isWarm && round > 0 {
      model = try TrainableClassifier(beginning, normalization: normalization)
    }
    let shape = model.imageShape
    let set = try PictureSet(
      count: pictures.count, shape: shape, classCount: model.classCount
    ) { LabelledPicture(picture: pictures[$0], label: labels[$0], name: "\($0)") }
    var numbers = key.part("training").part(round).makeNumbers()
    let training = TrainingPlan(
      epochs: plan.epochs, batchSize: plan.batchSize, rate: plan.rate,
      schedule: Schedule(.constant), seed: numbers.next())
    let trainer = Trainer(model, with: AdamW(weightDecay: plan.weightDecay), by: training)
    struct StopWanted: Error {}
    do {
      for _ in 0..<plan.epochs {
        try trainer.trainEpoch(on: set, by: StandardTraining()) { progress in
          try report(
            .training(
              round: round, done: progress.epoch * progress.batchCount + progress.batch,
              of: plan.epochs * progress.batchCount))
          if isStopWanted() { throw StopWanted() }
        }
      }
    } catch is StopWanted {
      return false
    }
    return true
  }

  /// Finds whether the weights are those that the last round left.
  func checkWeights(_ expected: [Int]) throws {
    guard let last = rounds.last else { return }
    var isSame = last.learned.isNear(try classifier.agreement(on: pictures, with: labels))
    if let recorded = last.agreement, isSame {
      isSame = recorded.isNear(try classifier.agreement(on: heldOut, with: expected))
    }
    guard isSame else {
      throw SubstituteError.damaged(
        folder?.path ?? "", "the substitute is not the one that the last round left")
    }
  }
}
