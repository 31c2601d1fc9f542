import Testing
import ThreatModels

@testable import Defenses

/// Special functions against numbers of mpmath 1.3 and SciPy 1.17.
@Suite struct SmoothingStatisticsTests {
  private func isClose(_ found: Double, _ expected: Double, _ tolerance: Double) -> Bool {
    abs(found - expected) <= tolerance * max(abs(expected), 1e-300)
  }

  /// √2·erf⁻¹(2p − 1) with 30 digits.
  @Test(arguments: [
    (1e-10, -6.3613409024040562), (0.001, -3.09023230616781354), (0.025, -1.95996398454005421),
    (0.31, -0.495850347347453333), (0.5, 0), (0.9, 1.28155156554460059),
    (0.975, 1.95996398454005386), (0.999, 3.09023230616781328),
  ])
  func normalQuantiles(p: Double, expected: Double) {
    #expect(isClose(NormalDistribution.quantile(p), expected, 1e-14) || abs(expected) < 1e-15)
    #expect(isClose(NormalDistribution.cumulative(expected), p, 1e-13))
  }

  /// `scipy.special.betainc`, and one closed form: I at ½, ½ is (2/π)·arcsin √x.
  @Test(arguments: [
    (2.0, 3.0, 0.4, 0.5248), (0.5, 0.5, 0.3, 0.369010119565545375),
    (900, 101, 0.88, 0.02664053316189475), (50000, 50001, 0.4985, 0.1721953224254217),
    (5, 200, 0.001, 2.374891515008514e-06), (1, 1, 0.25, 0.25),
  ])
  func incompleteBeta(a: Double, b: Double, x: Double, expected: Double) {
    #expect(isClose(IncompleteBeta.value(a, b, at: x), expected, 1e-9))
    #expect(isClose(IncompleteBeta.value(b, a, at: 1 - x), 1 - expected, 1e-9))
    #expect(isClose(IncompleteBeta.quantile(expected, a, b), x, 1e-9))
  }

  /// `scipy.stats.beta.ppf(alpha, k, n − k + 1)`, the bound that statsmodels calls `beta`.
  @Test(arguments: [
    (100, 100, 0.001, 0.933254300796991), (0, 100, 0.001, 0), (99, 100, 0.001, 0.9113731112960424),
    (51, 100, 0.05, 0.4234106513021929), (9000, 10000, 0.001, 0.8904097336749064),
    (99990, 100_000, 0.001, 0.9997586773435911), (1, 2, 0.05, 0.02532056551910361),
    (700, 1000, 1e-6, 0.6279038351181339),
  ])
  func clopperPearson(k: Int, n: Int, alpha: Double, expected: Double) {
    let found = BinomialStatements.lowerBound(successes: k, of: n, alpha: alpha)
    #expect(isClose(found, expected, 1e-10) || (k == 0 && found == 0))
  }

  /// `scipy.stats.binomtest(k, n, 0.5).pvalue`.
  @Test(arguments: [
    (60, 100, 0.05688793364098089), (50, 100, 1), (5, 5, 0.0625), (0, 0, 1),
    (507, 1000, 0.6810229832764906), (9, 10, 0.021484375), (1, 10, 0.021484375),
  ])
  func fairCoins(k: Int, n: Int, expected: Double) {
    #expect(isClose(BinomialStatements.chanceOfFairCoin(heads: k, of: n), expected, 1e-9))
  }
}
