import Foundation
import Testing

@testable import Evaluation
@testable import Reports
@testable import Reproductions

@Suite struct AdvPropReportTests {
  /// Networks of three seeds, of which AdvProp's are right on 3, 4 and 5 pictures of 100 more.
  private static let results: AdvPropResults = {
    var plan = AdvPropPlan.quick
    plan.seeds = 3
    let nets = (0..<3).flatMap { seed in
      AdvPropArm.allCases.map { arm in
        AdvPropResults.Net(
          arm: arm, seed: seed,
          clean: Proportion(50 + 10 * seed + (arm == .advProp ? 3 + seed : 0), of: 100),
          corruptions: CorruptionResults(
            seed: 0, clean: Proportion(1, of: 2), rows: [],
            mean: MeanInterval(of: [arm == .vanilla ? 0.5 : 0.4])),
          robust: Proportion(20, of: 100),
          auxiliaryClean: arm == .advProp ? [Proportion(40, of: 100)] : [],
          auxiliaryDistances: arm == .advProp
            ? [BatchNormDistance(meanShift: 0.25, logVarianceRatio: 0.5)] : [],
          trainingSeconds: 60)
      }
    }
    return AdvPropResults(plan: plan, parameterCount: 1234, nets: nets)
  }()

  @Test func differencesAreBetweenNetworksOfOneSeed() throws {
    let arms = Self.results.arms
    #expect(arms[0].gains == nil)
    let gain = try #require(arms[2].gains).clean
    // 3, 4, 5: s = 1, t = 4.30265: ± 2.484, though the accuracies themselves spread by 10.
    #expect(abs(gain.mean - 0.04) < 1e-12)
    #expect(abs(try #require(gain.halfWidth) - 0.0248414) < 1e-6)
    #expect(abs(try #require(arms[0].accuracies.clean.halfWidth) - 0.248414) < 1e-5)
  }

  @Test func theTableStandsBesideThePaperAndSaysThatItIsASubset() {
    let text = AdvPropTable(Self.results).description
    #expect(text.contains("+4.0 ± 2.5") && text.contains("60.0 % ± 24.8"))
    #expect(text.contains("B7 +0.7") && text.contains("a subset"))
    #expect(text.contains("0.25 ± 0.00") && text.contains("This was --quick"))
    #expect(AdvPropTable(Self.results).lines.allSatisfy { $0.last != " " && $0.count <= 120 })
  }

  @Test func markdownNamesEveryNetworkWithItsInterval() throws {
    let markdown = Self.results.markdown
    #expect(markdown.contains("| vanilla, seed 0 | 50.0 % (40.4 to 59.6 %) |"))
    #expect(markdown.components(separatedBy: ", seed ").count == 13)
    let data = try JSONEncoder().encode(Self.results)
    #expect(try JSONDecoder().decode(AdvPropResults.self, from: data) == Self.results)
  }
}
