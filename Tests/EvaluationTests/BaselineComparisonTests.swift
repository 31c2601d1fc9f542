import Evaluation
import TestKit
import Testing

extension EngineTests {
  /// Only like is compared with like.
  @Suite struct BaselineComparisonTests {
    private func results(epsilons: [String]) throws -> EvaluationResults {
      let small = try SmallEvaluation()
      let setup = try small.setup(epsilons: epsilons)
      try small.run(setup, in: "run")
      return try #require(try small.results(setup, in: "run"))
    }

    @Test func aRunIsNoWorseThanItself() throws {
      let results = try results(epsilons: ["1/255", "8/255"])
      let checks = BaselineComparison(with: results).checks(of: results)
      #expect(checks.map(\.passed) == [true, true, true])
      #expect(checks.allSatisfy { $0.sentence.contains("0 lost, 0 won") })
    }

    @Test func aBudgetThatIsLeftOutDoesNotPass() throws {
      let both = try results(epsilons: ["1/255", "8/255"])
      let one = try results(epsilons: ["8/255"])
      let checks = BaselineComparison(with: both).checks(of: one)
      #expect(checks.count == 1 && !checks[0].passed)
      #expect(checks[0].sentence.contains("1/255"))
      // More than the baseline asked for is no disadvantage.
      #expect(BaselineComparison(with: one).checks(of: both).map(\.passed) == [true, true])
    }

    /// The class alone does not say whether the logits are finite.
    @Test func aPictureIsRightOnlyIfTheRunSaysSo() throws {
      let before = try results(epsilons: ["1/255"])
      var now = before
      for index in now.samples.indices { now.samples[index].isRight = false }
      let checks = BaselineComparison(with: before).checks(of: now)
      #expect(!checks[0].passed && checks[0].sentence.contains("19 lost, 0 won"))
    }

    @Test func otherPixelsUnderTheSameNamesAreNotCompared() throws {
      let before = try results(epsilons: ["1/255"])
      var now = before
      now.setup.data.sha256 = "1"
      let checks = BaselineComparison(with: before).checks(of: now)
      #expect(checks.count == 1 && !checks[0].passed && checks[0].sentence.contains("SHA-256"))
      // A run over more pictures knows the digest of those that the baseline has.
      now.setup.data.count += 1
      let comparison = BaselineComparison(with: before)
      let same = comparison.checks(of: now) { $0 == SmallEvaluation.count ? ["0"] : [] }
      #expect(same.map(\.passed) == [true, true])
      let other = comparison.checks(of: now) { _ in ["2"] }
      #expect(other.map(\.passed) == [false])
    }

    @Test func aBaselineThatIsUnfinishedOrEmptyIsRefused() throws {
      let results = try results(epsilons: ["1/255"])
      var unfinished = results
      unfinished.progress.total += 1
      var empty = results
      empty.worstCases = []
      for (baseline, words) in [(unfinished, "not finished"), (empty, "no budgets")] {
        let checks = BaselineComparison(with: baseline).checks(of: results)
        #expect(checks.count == 1 && !checks[0].passed && checks[0].sentence.contains(words))
      }
    }
  }
}
