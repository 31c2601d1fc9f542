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
    return max(0, limit - reserve - lessons.heldOut.count - lessons.pictures.count)
  }

  /// The pictures that a round asks about; those that it kept if it came that far before.
  ///
  /// What an earlier budget cut is made whole when the budget reaches for all of it.
  func questions(
    ofRound round: Int, _ oracle: BudgetedOracle, keeping reserve: Int
  ) throws -> [Picture] {
    // The first step of augmentation is the paper's ρ = 0.
    let step = round - 1
    let key = key.part("growth").part(step)
    let (pictures, labels) = (lessons.pictures, lessons.labels)
    let all =
      plan.reservoir?.parents(among: pictures.count, inRound: step, key: key)
      ?? Array(pictures.indices)
    let chosen = ReservoirSampling.sample(
      room(oracle, keeping: reserve), of: all.count, key: key.part("room"))
    isCutShort = chosen.count < all.count
    let wasCutShort = folder?.isCutShort(.round(round)) ?? false
    if isCutShort || !wasCutShort,
      let kept = try folder?.pictures(.round(round), shape: model.imageShape)
    {
      isCutShort = wasCutShort
      return kept
    }
    let parents = chosen.map { all[$0] }
    let start = pictures.count - (rounds.first?.newPictures ?? 0)
    let substitute = model.attackable()
    // What is held out stays unknown to the substitute.
    var known = Set(pictures).union(lessons.heldOut)
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
    try folder?.keep(new, as: .round(round), isCutShort: isCutShort)
    return new
  }

  /// What an earlier round asked about.
  func kept(_ round: Int) throws -> [Picture] {
    guard let pictures = try folder?.pictures(.round(round), shape: model.imageShape) else {
      throw SubstituteError.damaged(folder?.path ?? "", "the pictures of round \(round) are gone")
    }
    return pictures
  }

  /// Trains a model on all that was asked.
  ///
  /// - Parameter report: told how many batches are done, and of how many.
  /// - Returns: whether it was not stopped.
  func train(
    _ model: TrainableClassifier, inRound round: Int, stopping isStopWanted: () -> Bool,
    reporting report: (Int, Int) throws -> Void
  ) throws -> Bool {
    let (pictures, labels) = (lessons.pictures, lessons.labels)
    let set = try PictureSet(
      count: pictures.count, shape: model.imageShape, classCount: model.classCount
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
            progress.epoch * progress.batchCount + progress.batch,
            plan.epochs * progress.batchCount)
          if isStopWanted() { throw StopWanted() }
        }
      }
    } catch is StopWanted {
      return false
    }
    return true
  }

  /// Finds whether the weights are those that the last round left.
  func checkWeights() throws {
    guard let last = rounds.last else { return }
    let found = try lessons.agreement(of: classifier)
    guard found.isNear(learned: last.learned, heldOut: last.agreement) else {
      throw SubstituteError.damaged(
        folder?.path ?? "", "the substitute is not the one that the last round left")
    }
  }
}
