import TensorModule
import TestKit
import Testing
import ThreatModels

@testable import Oracles

@Suite struct QueryPatternTests {
  private func pattern(_ pictures: [[UInt8]], window: Int = 3, radius: Double = 2.0 / 255)
    -> QueryPattern
  {
    var collector = QueryPatternCollector(QueryPattern(window: window, radius: radius))
    for picture in pictures { collector.note(picture[...]) }
    return collector.pattern
  }

  /// Distances by hand: 5, 1, √((4 + 1)/2), √((16 + 9)/2), since the first picture, which is nearer, is
  /// forgotten by then, and 0.
  @Test func comparesWithTheLastFew() {
    let found = pattern([
      [100, 100], [105, 105], [106, 104], [102, 101], [98, 98], [98, 98],
    ])
    #expect(found.queries == 6)
    #expect(found.nearDuplicates == 2 && found.close == 3)
    let bins = Dictionary(uniqueKeysWithValues: found.bins.map { ($0.steps, $0.queries) })
    #expect([8, 1, 2, 0.25, 4].allSatisfy { bins[$0] == 1 })
    #expect(bins.values.reduce(0, +) == 5)
  }

  @Test func limitsBelongToTheCloseOnes() {
    let found = pattern([[10, 10], [12, 12], [13, 13], [250, 250]])
    #expect(found.close == 2 && found.nearDuplicates == 1)
    #expect(found.duplicateShare == 0.25 && found.closeShare == 0.5)
    #expect(found.medianSteps == 2)
    #expect(pattern([[10, 10], [13, 12]]).close == 0)
    #expect(QueryPattern().closeShare == nil && QueryPattern().medianSteps == nil)
  }

  /// Large pictures are compared piece by piece, and no further than needed.
  @Test func allOfALargePictureCounts() {
    let size = 3000
    let base = (0..<size).map { UInt8($0 % 251) }
    for place in [0, 255, 256, 2999] {
      var other = base
      other[place] ^= 64
      let found = pattern([base, other, base.map { 255 - $0 }, base], radius: 0)
      let steps = 64 / Double(size).squareRoot()
      #expect(found.bins.first { $0.steps >= steps }?.queries == 1)
      #expect(found.bins[0].queries == 1 && found.close == 1)
    }
  }

  @Test func burstsAreCountedFromTheirFirstQuery() {
    var pictures: [[UInt8]] = (0..<12).map { [UInt8($0), 0] }
    pictures.append([200, 200])
    pictures += (0..<20).map { [200, 200 - UInt8($0)] }
    let found = pattern(pictures)
    // The first of all has nothing before it, the eleventh is the tenth that is close.
    #expect(found.longestBurst == 20 && found.firstBurst == 11)
    #expect(pattern(Array(pictures.prefix(10))).firstBurst == nil)
  }
}

extension EngineTests {
  /// What an oracle is asked about is what it notices, once.
  @Suite struct NoticedQueriesTests {
    @Test(arguments: [true, false]) func whatIsAskedAboutIsNoticedOnce(sendsFloats: Bool) throws {
      let (images, _) = BrightModel.pictures(3)
      let model = CountedModel(sendsFloats: sendsFloats)
      let journal = try QueryJournal(continuing: nil, with: QuerySetup(of: model))
      func made() -> BudgetedOracle {
        BudgetedOracle(
          model, budget: QueryBudget(limit: 4), journal: journal,
          noticing: QueryPattern(window: 5, radius: 1.5 / 255))
      }
      let oracle = made()
      _ = try oracle.labels(of: images)
      _ = try oracle.scores(of: images)
      #expect(oracle.pattern.queries == 3 && oracle.pattern.close == 0)
      let near = (images.rows([1, 2]) * 255 + 1) / 255
      #expect(throws: OracleError.self) { try oracle.labels(of: near) }
      #expect(model.asked.count == 4)
      #expect(oracle.pattern.queries == 4)
      #expect(oracle.pattern.close == 1 && oracle.pattern.nearDuplicates == 1)
      // The same run again pays for nothing and looks the same.
      let again = made()
      _ = try again.labels(of: images)
      #expect(throws: OracleError.self) { try again.labels(of: near) }
      #expect(model.asked.count == 4 && again.pattern == oracle.pattern)
    }
  }
}
