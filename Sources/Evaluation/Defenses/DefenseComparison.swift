import Foundation
public import ThreatModels

/// What a defence by input transformations is worth: the same pictures, attacks and budgets without
/// it, against an attacker who does not know it, and against one who does.
///
/// How far the second number exceeds the third was never robustness: Athalye, Carlini and Wagner 2018,
/// “Obfuscated gradients give a false sense of security”; Tramèr, Carlini, Brendel and Mądry 2020, “On
/// adaptive attacks to adversarial example defenses”.
public struct DefenseComparison: Hashable, Codable, Sendable {
  /// The version of this format.
  public var formatVersion = 1
  /// The transformations as they are written on the command line, first one first.
  public var transformations: [String]
  /// The model's file.
  public var model: String
  /// How many pictures all three evaluations have seen so far.
  public var progress: EvaluationResults.Progress
  /// Pictures that the model gets right without the defence and without an attack.
  public var undefendedCleanAccuracy: Proportion
  /// The same with the defence.
  public var defendedCleanAccuracy: Proportion
  /// Each budget.
  public var budgets: [Budget]
  /// What makes the naive numbers doubtful.
  public var findings: [Finding]
  /// What makes the adaptive numbers doubtful, in words such as `zero gradients`; empty if nothing does.
  public var doubts: [String]

  /// Robust accuracies under one budget; for each the worst of all attacks, picture by picture.
  public struct Budget: Hashable, Codable, Sendable {
    /// The budget and the grid.
    public var threat: ThreatModel
    /// Without the defence.
    public var undefended: Proportion
    /// With the defence, if the attacker does not know it.
    public var naive: Proportion
    /// With the defence, if the attacker knows it.
    public var adaptive: Proportion
    /// With the defence, against both attackers: the number to quote.
    public var worst: Proportion
    /// Pictures that hold only against the attacker who does not know the defence.
    public var masked: Int
    /// Pictures that hold only against the attacker who knows it: signs of a weak adaptive attack.
    public var missed: Int
    /// The chance of so many masked pictures if both attackers were equally good, by McNemar's exact
    /// one-sided test.
    public var chance: Double
    /// Whether chance is rejected at 5 % over all budgets together, by Holm's correction.
    public var isMasked: Bool
  }

  /// A comparison of three evaluations, over the pictures that all of them have seen.
  ///
  /// - Returns: nothing while there is no such picture, or if the evaluations differ in more than the
  ///   defence.
  public init?(
    undefended: EvaluationResults, naive: EvaluationResults, adaptive: EvaluationResults
  ) {
    let all = [undefended, naive, adaptive]
    let bare = all.map { results in
      var setup = results.setup
      setup.defense = nil
      return setup
    }
    guard let defense = adaptive.setup.defense, undefended.setup.defense == nil,
      naive.setup.defense?.transformations == defense.transformations,
      naive.setup.defense?.draws == defense.draws,
      naive.setup.defense?.attacker == "naive", defense.attacker == "adaptive",
      bare.allSatisfy({ $0.differences(from: bare[0]).isEmpty })
    else { return nil }
    let samples = all.map { results in
      Dictionary(results.samples.map { ($0.number, $0) }, uniquingKeysWith: { first, _ in first })
    }
    let rows = samples[0].keys.sorted().compactMap { number in
      let row = samples.compactMap { $0[number] }
      return row.count == all.count ? row : nil
    }
    if rows.isEmpty { return nil }
    let threats = bare[0].threats.filter { threat in
      all.allSatisfy { $0.worstCases.contains { $0.threat == threat } }
    }
    transformations = defense.transformations
    model = bare[0].model.path
    progress = .init(done: rows.count, total: bare[0].data.count)
    undefendedCleanAccuracy = Proportion(rows.count { $0[0].isRight }, of: rows.count)
    defendedCleanAccuracy = Proportion(rows.count { $0[2].isRight }, of: rows.count)
    var budgets = threats.map { threat in
      Budget(
        of: threat,
        rows.map { row in
          zip(row, all).map { $0.isRobust(under: threat, in: $1, of: threats) }
        })
    }
    for index in BaselineComparison.significant(budgets.map(\.chance)) {
      budgets[index].isMasked = true
    }
    self.budgets = budgets
    findings = Self.findings(about: budgets)
    doubts = adaptive.doubts
  }

  /// What a gate is to judge: that a picture holds against one of the attackers is not enough.
  ///
  /// - Parameter adaptive: the results of the attacker who knows the defence.
  /// - Returns: these, with the robust accuracies against both attackers.
  public func worst(of adaptive: EvaluationResults) -> EvaluationResults {
    var results = adaptive
    for index in results.worstCases.indices {
      let threat = results.worstCases[index].threat
      if let budget = budgets.first(where: { $0.threat == threat }) {
        results.worstCases[index].robustAccuracy = budget.worst
      }
    }
    return results
  }

  private static func findings(about budgets: [Budget]) -> [Finding] {
    let worst = budgets.filter(\.isMasked).max { $0.masked - $0.missed < $1.masked - $1.missed }
    guard let worst else { return [] }
    func percent(_ share: Proportion) -> String { String(format: "%.1f %%", share.value * 100) }
    return [
      Finding(
        .defenseMasksGradients, .warning,
        observation:
          "under \(worst.threat.budget) \(percent(worst.naive)) of pictures hold against "
          + "an attacker who does not know the defence, \(percent(worst.adaptive)) against one who "
          + "does and \(percent(worst.undefended)) without it: \(worst.masked) pictures were "
          + "protected by masked gradients alone",
        advice: "quote the robust accuracy against both attackers, \(percent(worst.worst)), and "
          + "not the naive one")
    ]
  }
}

extension DefenseComparison.Budget {
  /// - Parameter held: for each picture whether it is right and stays right: undefended, naive,
  ///   adaptive.
  fileprivate init(of threat: ThreatModel, _ held: [[Bool]]) {
    func share(_ isCounted: ([Bool]) -> Bool) -> Proportion {
      Proportion(held.count(where: isCounted), of: held.count)
    }
    self.threat = threat
    undefended = share { $0[0] }
    naive = share { $0[1] }
    adaptive = share { $0[2] }
    worst = share { $0[1] && $0[2] }
    masked = held.count { $0[1] && !$0[2] }
    missed = held.count { !$0[1] && $0[2] }
    chance = BaselineComparison.chance(ofAtLeast: masked, of: masked + missed)
    isMasked = false
  }
}
