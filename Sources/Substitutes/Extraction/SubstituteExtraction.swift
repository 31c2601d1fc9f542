import Datasets
public import Evaluation
public import Imaging
public import Oracles
public import ProgramIR
public import ProgramRuntime
import TensorModule
public import ThreatModels
import Training

/// Builds a model that agrees with a service, from the service's answers alone.
///
/// Each round trains the substitute on everything that was asked, measures how well it agrees on seeds
/// that it does not learn from, and makes new questions of what is known. Papernot, McDaniel,
/// Goodfellow, Jha, Celik and Swami 2017, “Practical black-box attacks against machine learning”.
///
/// A run that goes on from its folder and its journal asks the same questions, and pays for none twice.
/// On one thread it ends with the same weights. Not Sendable: one thread uses it.
public final class SubstituteExtraction {
  /// What is going on.
  public enum Progress: Hashable, Sendable {
    /// The service is asked in a round: how many pictures are done.
    case asking(round: Int, done: Int, of: Int)
    /// The substitute learns in a round: how many batches are done.
    case training(round: Int, done: Int, of: Int)
    /// A round is over.
    case finished(SubstituteRound)
  }

  /// Why no more is asked.
  public enum Ending: String, Hashable, Codable, Sendable {
    /// All rounds of the plan are done.
    case planned
    /// The budget has no room for more.
    case budget
    /// The substitute agrees as well as was wanted.
    case agreement
    /// It has not agreed better for some rounds.
    case patience
    /// There are no more pictures.
    case pictures
    /// Somebody wanted it to stop.
    case interrupted
  }

  /// What came of the rounds so far.
  public private(set) var rounds: [SubstituteRound]
  /// How many held-out seeds have the answer that the service gives most often about them; nothing before
  /// ``run(asking:keeping:stopping:reporting:)`` has asked, or if none are held out.
  public private(set) var mostFrequent: Proportion?
  let plan: SubstitutePlan
  let folder: SubstituteFolder?
  let growth: any QueryGrowth
  let beginning: Program
  let normalization: ProgramClassifier.Normalization?
  var model: TrainableClassifier
  /// Whether the budget left out questions of the last round.
  var isCutShort: Bool
  /// What was asked, what is held out, and what the service answered.
  var lessons: SubstituteLessons
  private let seeds: [Picture]

  /// A run that begins, or goes on where it stopped.
  ///
  /// - Parameters:
  ///   - plan: how the substitute learns.
  ///   - growth: where further questions come from.
  ///   - seeds: pictures of the right kind, on the service's shape; their classes are not needed.
  ///   - heldOut: more of them, to measure agreement.
  ///   - program: what the substitute begins as.
  ///   - normalization: what is done to pixels first; nothing if the program does it.
  ///   - folder: prepared for this run; nothing to keep nothing.
  /// - Throws: ``SubstituteError``, or `ProgramError` when the program cannot learn.
  /// - Precondition: there are seeds.
  public init(
    by plan: SubstitutePlan, growing growth: any QueryGrowth, from seeds: [Picture],
    heldOut: [Picture] = [], beginningAs program: Program,
    normalization: ProgramClassifier.Normalization? = nil, in folder: SubstituteFolder? = nil
  ) throws {
    precondition(!seeds.isEmpty, "no seeds")
    self.plan = plan
    self.growth = growth
    self.seeds = seeds
    lessons = SubstituteLessons(heldOut: heldOut)
    self.normalization = normalization
    self.folder = folder
    beginning = program
    rounds = try folder?.rounds() ?? []
    isCutShort = rounds.last?.isCutShort ?? false
    let program = try rounds.isEmpty ? program : folder?.weights(ofRound: rounds.count - 1)
    model = try TrainableClassifier(program ?? beginning, normalization: normalization)
  }

  /// The substitute as attacks see it.
  public var classifier: any DifferentiableClassifier { model.attackable() }

  /// The substitute as a program.
  public var program: Program { model.weights.program() }

  /// Asks and learns until the plan is done or something else ends it.
  ///
  /// - Parameters:
  ///   - oracle: the service.
  ///   - reserve: how many queries are left for afterwards.
  ///   - isStopWanted: asked after each batch.
  ///   - report: told what is going on.
  /// - Throws: ``SubstituteError``, `TrainingError`, or what `growth` or `report` throws. What was
  ///   answered and learned by then is kept.
  public func run(
    asking oracle: BudgetedOracle, keeping reserve: Int = 0,
    stopping isStopWanted: () -> Bool = { false },
    reporting report: (Progress) throws -> Void = { _ in }
  ) throws -> Ending {
    let first = lessons.heldOut + seeds
    try oracle.requireRoom(for: first, leaving: reserve)
    try folder?.keep(lessons.heldOut, as: .heldOut)
    try folder?.keep(seeds, as: .round(0))
    lessons.expected = try oracle.answers(about: lessons.heldOut, isPartAllowed: false)
    mostFrequent = Proportion(ofMostFrequentIn: lessons.expected)
    for record in rounds {
      let asked = try record.round == 0 ? seeds : kept(record.round)
      guard asked.count >= record.newPictures else {
        throw SubstituteError.damaged(folder?.path ?? "", "a round asked more than is kept")
      }
      let known = Array(asked.prefix(record.newPictures))
      lessons.labels += try oracle.answers(about: known, isPartAllowed: false)
      lessons.pictures += known
    }
    try checkWeights()
    while true {
      if let ending { return try end(ending) }
      if isStopWanted() { return .interrupted }
      let round = rounds.count
      let wanted = try round == 0 ? seeds : questions(ofRound: round, oracle, keeping: reserve)
      let new = try oracle.affordable(of: wanted, leaving: reserve)
      isCutShort = isCutShort || new.count < wanted.count
      if new.isEmpty { return try end(isCutShort ? .budget : .pictures) }
      try report(.asking(round: round, done: 0, of: new.count))
      let found = try oracle.answers(about: new, isPartAllowed: round > 0) {
        try report(.asking(round: round, done: $0, of: new.count))
        return isStopWanted()
      }
      if isStopWanted() { return .interrupted }
      if found.isEmpty { return try end(.budget) }
      isCutShort = isCutShort || found.count < new.count
      lessons.pictures += new[..<found.count]
      lessons.labels += found
      let clock = ContinuousClock.now
      if !plan.isWarm && round > 0 {
        model = try TrainableClassifier(beginning, normalization: normalization)
      }
      let isDone = try train(model, inRound: round, stopping: isStopWanted) {
        try report(.training(round: round, done: $0, of: $1))
      }
      guard isDone else { return .interrupted }
      let seconds = (ContinuousClock.now - clock) / .seconds(1)
      let agreement = try lessons.agreement(of: classifier)
      rounds.append(
        SubstituteRound(
          round: round, newPictures: found.count, pictures: lessons.pictures.count,
          asked: oracle.statistics.asked, classes: Set(lessons.labels).count,
          learned: agreement.learned, agreement: agreement.heldOut, seconds: seconds,
          isCutShort: isCutShort ? true : nil))
      try folder?.keep(rounds, weights: program)
      try report(.finished(rounds[round]))
    }
  }
}
