import Attacks
import Evaluation
import TensorModule
import TestKit
import Testing
import ThreatModels

/// Asks about grey pictures of given values, one after the other, and returns the last.
private struct Ladder: ScoreBasedAttack {
  /// In steps of 1/255.
  var values: [Float]

  func perturbed(
    _ batch: AttackBatch, on model: any ScoreOracle, within threat: ThreatModel
  ) throws(OracleError) -> Tensor {
    var points = batch.images
    for value in values {
      points = batch.images.filled(with: Double(value) / 255)
      _ = try model.scores(of: points)
    }
    return points
  }
}

/// Asks about grey pictures of given values at once, and returns the original when the budget is spent.
private struct Batch: ScoreBasedAttack {
  var values: [Float]

  func perturbed(
    _ batch: AttackBatch, on model: any ScoreOracle, within threat: ThreatModel
  ) throws(OracleError) -> Tensor {
    try OracleError.endingWithBudget { () throws(OracleError) in
      _ = try model.scores(
        of: .concatenated(values.map { batch.images.filled(with: Double($0) / 255) }))
    }
    return batch.images
  }
}

/// Answers to so many different pictures; of a batch that has more it answers the first ones.
private final class Limited: ScoreOracle, LabelOracle {
  let imageShape = Bright().imageShape
  let classCount = 2
  private let limit: Int
  private var known: Set<[Float]> = []

  init(limit: Int) { self.limit = limit }

  func scores(of images: Tensor) throws(OracleError) -> Tensor {
    for row in 0..<images.count {
      let picture = images.rows([row]).floats()
      guard known.contains(picture) || known.count < limit else {
        throw .budgetSpent(asked: known.count, limit: limit)
      }
      known.insert(picture)
    }
    return Bright().logits(of: images)
  }

  func labels(of images: Tensor) throws(OracleError) -> Tensor {
    try scores(of: images).argmax(along: 1)
  }
}

/// Class 1 for pictures of a mean of at least 105 steps.
private struct Bright: Classifier {
  let imageShape = ImageShape(channels: 1, height: 2, width: 2)
  let classCount = 2

  func logits(of images: Tensor) -> Tensor {
    let score = images.mean(along: [1, 2, 3]) * 255 - 104.9
    return Tensor.stacked([score * 0, score]).transposed(0, 1)
  }
}

extension EngineTests {
  /// What a trial on an oracle says of the queries that it took.
  @Suite struct OracleTrialTests {
    private func finding(
      _ values: [Float], pixels: PixelGrid = .eightBit
    ) throws -> OracleFinding? {
      let threat = ThreatModel(try PerturbationBudget(.linf, epsilon: "8/255"), pixels: pixels)
      return try OracleTrial(Ladder(values: values), within: threat).run(
        on: ModelOracle(Bright()), image: .full([1, 1, 2, 2], 100.0 / 255), label: 0, number: 0)
    }

    /// The original counts, what is asked about again does not, and what lies outside the budget is no
    /// success.
    @Test func queriesAreCountedUntilTheFirstSuccess() throws {
      #expect(try finding([101, 102, 101, 100, 120, 106, 107])?.queriesToSuccess == 5)
      #expect(try finding([105])?.queriesToSuccess == 2)
      #expect(try finding([101, 102, 101, 100, 120, 106, 107])?.queries == 6)
      let last = try #require(try finding([101, 106, 102, 108]))
      #expect(last.outcome == .newlyWrong && last.queriesToSuccess == 3)
    }

    /// What was paid for counts, though the attack got no answer, and so does a success among it.
    @Test func aBatchThatTheBudgetCutsIsCounted() throws {
      let threat = ThreatModel(try PerturbationBudget(.linf, epsilon: "8/255"), pixels: .eightBit)
      let trial = try OracleTrial(Batch(values: [101, 102, 106, 107]), within: threat)
      func finding(limit: Int) throws -> OracleFinding {
        try #require(
          try trial.run(
            on: Limited(limit: limit), image: .full([1, 1, 2, 2], 100.0 / 255), label: 0, number: 0)
        )
      }
      let cut = try finding(limit: 3)
      #expect(cut.queries == 3 && cut.outcome == .robust && cut.queriesToSuccess == nil)
      let lucky = try finding(limit: 4)
      #expect(lucky.queries == 4 && lucky.outcome == .newlyWrong && lucky.queriesToSuccess == 4)
      #expect(lucky.adversarial == 1 && lucky.distances?.maximumInPixels == 6)
      // An attack that sees all answers is believed.
      let whole = try finding(limit: 9)
      #expect(whole.queries == 5 && whole.outcome == .robust)
    }

    /// Where the attack was to begin the last query was spent: the picture holds, and nothing is lost.
    @Test func aBudgetThatEndsBeforeTheAttackIsAnEnd() throws {
      let threat = ThreatModel(try PerturbationBudget(.linf, epsilon: "8/255"), pixels: .eightBit)
      let trial = try OracleTrial(Batch(values: [106]), within: threat)
      let found = try trial.run(
        on: Limited(limit: 2), image: .full([1, 1, 2, 2], 100.0 / 255), label: 0, number: 0
      ) { batch, oracle throws(OracleError) in
        for value in [101.0, 102] {
          _ = try oracle.labels(of: batch.images.filled(with: value / 255))
        }
        return nil
      }
      #expect(found?.outcome == .robust && found?.queries == 2)
    }

    @Test func whatIsNoSuccessTookNoQueries() throws {
      let held = try #require(try finding([101, 102]))
      #expect(held.outcome == .robust && held.queriesToSuccess == nil && held.queries == 3)
      // The attack came by a success and returned something else: it claims none.
      #expect(try finding([106, 102])?.queriesToSuccess == nil)
    }

    /// What is sent are whole steps; a point between them is another question only among real numbers.
    @Test func roundedPicturesAreTheSameQuestion() throws {
      #expect(try finding([101.2, 100.8, 106])?.queriesToSuccess == 3)
      #expect(try finding([101.2, 100.8, 106], pixels: .float)?.queriesToSuccess == 4)
    }

    @Test func theCurveRisesWithEachSuccess() {
      let curve = SuccessCurve(attacked: 5, queriesToSuccess: [40, 7, 40, 100])
      #expect(curve.steps.map(\.queries) == [7, 40, 100])
      #expect(curve.steps.map(\.fooled) == [1, 3, 4])
      #expect(curve.fooled == 4 && curve.medianQueries == 40)
      let none = SuccessCurve(attacked: 3, queriesToSuccess: [])
      #expect(none.fooled == 0 && none.medianQueries == nil && none.steps.isEmpty)
    }
  }
}
