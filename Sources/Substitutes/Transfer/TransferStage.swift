import Attacks
public import Datasets
import Evaluation
public import Oracles
import Imaging
import TensorModule
public import ThreatModels

/// Shows a service what was found on its substitute, picture by picture and attack by attack.
///
/// First the service is asked about the pictures themselves, once for all attacks: those that it gets wrong
/// are not attacked. The budget may end in the middle; what was answered by then stands.
public struct TransferStage {
  /// A picture with what the service says of it as it is.
  public struct Original: Hashable, Sendable {
    /// The picture, in the service's shape.
    public var sample: LabelledPicture
    /// Its true class; the service's own answer where the picture has no label.
    public var label: Int
    /// What the service takes it for.
    public var answer: Int
    /// The question by which the journal knows the picture.
    public var question: QueryDigest
  }

  /// How many pictures are worked on at once.
  static let batchSize = 25

  /// The pictures about which the service has been asked.
  public private(set) var originals: [Original] = []
  /// Whether the budget was spent before all was asked.
  public private(set) var isCutShort = false
  private let oracle: BudgetedOracle

  /// A stage before a service.
  public init(before oracle: BudgetedOracle) {
    self.oracle = oracle
  }

  /// Asks about pictures as they are.
  ///
  /// - Parameter samples: in the service's shape.
  /// - Throws: ``SubstituteError/oracle(_:)``.
  public mutating func look(
    at samples: [LabelledPicture], reporting report: (Int) throws -> Void = { _ in }
  ) throws {
    for chunk in samples.chunks(of: Self.batchSize) {
      let pictures = chunk.map(\.picture)
      let questions = try oracle.questions(about: pictures)
      let answers = try answered(pictures)
      for (place, sample) in chunk.prefix(answers.count).enumerated() {
        originals.append(
          Original(
            sample: sample, label: sample.label ?? answers[place], answer: answers[place],
            question: questions[place]))
      }
      if isCutShort { return }
      try report(originals.count)
    }
  }

  /// Which of the pictures can be attacked: the service gets them right, and they are not of the class
  /// that they should be taken for.
  public func rows(for attack: TransferTrial) -> [Int] {
    originals.indices.filter {
      SubstituteResults.Look(of: originals[$0]).canBeAttacked(toward: attack.target)
    }
  }

  /// Attacks the pictures on the substitute, and asks the service about what came of it.
  ///
  /// - Parameters:
  ///   - attack: the attack.
  ///   - substitute: where it works.
  ///   - report: told how many pictures are done.
  /// - Returns: one for each picture of ``rows(for:)``, or for the first of them if the budget was spent.
  /// - Throws: ``SubstituteError/oracle(_:)``, or what `report` throws.
  public mutating func transfer(
    _ attack: TransferTrial, on substitute: any DifferentiableClassifier,
    reporting report: (Int) throws -> Void = { _ in }
  ) throws -> [TransferOutcome] {
    var outcomes: [TransferOutcome] = []
    for rows in self.rows(for: attack).chunks(of: Self.batchSize) {
      let images = Tensor(rows.map { originals[$0].sample.picture })
      let labels = rows.map { originals[$0].label }
      let points: Tensor
      let seen: [Int]
      do throws(OracleError) {
        points = try attack.points(
          from: images, labels: labels, numbers: Array(rows), on: substitute)
        seen = try ModelOracle(substitute).labels(of: points).integers()
      } catch {
        throw SubstituteError.oracle(error)
      }
      let distances = Distances.between(images, and: points, on: attack.threat.pixels)
      let isOnGrid = attack.threat.pixels.allows(points)
      let pictures = rows.indices.map { Picture(points[$0 - rows.startIndex]) }
      let questions = try oracle.questions(about: pictures)
      let answers = try answered(pictures)
      for (place, answer) in answers.enumerated() {
        outcomes.append(
          TransferOutcome(
            picture: rows[rows.startIndex + place], substitute: seen[place], answer: answer,
            question: questions[place],
            outcome: attack.outcome(
              answer: answer, label: labels[place], distances: distances[place],
              isOnGrid: isOnGrid[place]),
            distances: distances[place], point: pictures[place]))
      }
      if isCutShort { break }
      try report(outcomes.count)
    }
    return outcomes
  }

  /// The service's answers about pictures; about the first of them if the budget is spent.
  private mutating func answered(_ pictures: [Picture]) throws -> [Int] {
    let answers = try oracle.answers(about: pictures, isPartAllowed: true)
    isCutShort = isCutShort || answers.count < pictures.count
    return answers
  }
}
