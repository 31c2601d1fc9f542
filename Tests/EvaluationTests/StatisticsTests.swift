import Testing

@testable import Evaluation

@Suite struct StatisticsTests {
  /// Ends of Wilson's interval as other software gives them.
  @Test(
    arguments: [
      (0, 10, 0.0, 0.2775328), (5, 10, 0.2365931, 0.7634069), (10, 10, 0.7224672, 1.0),
      (97, 200, 0.4166739, 0.5538915), (1, 1, 0.2065493, 1.0),
    ])
  func wilsonsInterval(count: Int, total: Int, low: Double, high: Double) {
    let share = Proportion(count, of: total)
    #expect(abs(share.low - low) < 1e-6 && abs(share.high - high) < 1e-6)
    #expect(share.value == Double(count) / Double(total))
  }

  /// Wilson's formula with the quantile 1 − 0.025/k of the normal distribution, by other software.
  @Test(
    arguments: [
      (8, 10, 1, 0.4901625, 0.9433178), (8, 10, 3, 0.4256831, 0.9557261),
      (97, 200, 6, 0.3938498, 0.5771591), (0, 10, 4, 0.0, 0.3841808),
    ])
  func theBestOfSeveralHasAWiderInterval(
    count: Int, total: Int, several: Int, low: Double, high: Double
  ) {
    let ends = Proportion(count, of: total).interval(asOneOf: several)
    #expect(abs(ends.lowerBound - low) < 1e-6 && abs(ends.upperBound - high) < 1e-6)
  }

  /// The 97.5 % quantiles of Student's distribution as printed tables give them.
  @Test(
    arguments: [
      (1, 12.7062), (2, 4.30265), (3, 3.18245), (4, 2.77645), (9, 2.26216), (10, 2.22814),
      (30, 2.04227), (120, 1.97993), (9999, 1.96020),
    ])
  func studentsQuantiles(degrees: Int, quantile: Double) {
    let found = StudentDistribution(degreesOfFreedom: degrees).quantile
    #expect(abs(found / quantile - 1) < 5e-6, "\(found)")
  }

  @Test func intervalsOfMeans() throws {
    // Mean 3, s² = 2.5, t = 2.77645: ± 2.77645 · √(2.5/5).
    let interval = MeanInterval(of: [1, 2, 3, 4, 5])
    #expect(interval.mean == 3 && interval.count == 5)
    #expect(abs(try #require(interval.halfWidth) - 1.963243) < 1e-5)
    #expect(abs(try #require(interval.low) - 1.036757) < 1e-5)
    #expect(MeanInterval(of: [0.25]).halfWidth == nil && MeanInterval(of: [0.25]).high == nil)
    #expect(MeanInterval(of: [7, 7, 7]).halfWidth == 0)
  }

  @Test func tailsOfAFairCoin() {
    #expect(BaselineComparison.chance(ofAtLeast: 0, of: 9) == 1)
    #expect(abs(BaselineComparison.chance(ofAtLeast: 8, of: 10) - 56.0 / 1024) < 1e-12)
    #expect(abs(BaselineComparison.chance(ofAtLeast: 10, of: 10) - 1.0 / 1024) < 1e-12)
  }

  /// Ten losses of ten have p = 1/1024, five of five p = 1/32: alone enough, as one of four not.
  @Test func severalChecksShareTheirFalseAlarms() {
    func changes(lost: Int) -> BaselineComparison.Changes {
      BaselineComparison.Changes(
        "x", of: nil, (0..<20).map { ($0 < 15, $0 < 15 - lost) })
    }
    func failed(_ losses: [Int]) -> [Bool] {
      BaselineComparison.checks(of: losses.map(changes(lost:))).map { !$0.passed }
    }
    #expect(failed([5]) == [true])
    #expect(failed([5, 0, 0, 0]) == [false, false, false, false])
    #expect(failed([0, 10, 5]) == [false, true, false])
    #expect(failed([10, 5]) == [true, true])
  }

  @Test func thresholdsAreSharesWithOrWithoutABudget() throws {
    #expect(RobustnessThreshold("0.40")?.share == 0.4)
    #expect(RobustnessThreshold("0.4@8/255")?.epsilon == "8/255")
    for text in ["", "40", "-0.1", "0.4@", "0.4@x", "nan", "0.4@1@2"] {
      #expect(RobustnessThreshold(text) == nil, "\(text)")
    }
  }
}
