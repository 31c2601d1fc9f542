import ThreatModels

/// The counting: from single results to what an evaluation reports.
struct EvaluationTally {
  let setup: EvaluationSetup
  let plan: EvaluationPlan
  /// The samples on which nothing is missing, in order.
  let samples: [JournalSample]
  let results: [JournalResult]
  let work: [JournalWork]

  var cleanAccuracy: Proportion { Proportion(samples.count(where: \.isRight), of: samples.count) }

  /// What each attack achieved under each budget.
  var attacks: [AttackResult] {
    let byColumn = Dictionary(grouping: results) { Column(line: $0.attack, threat: $0.threat) }
    return plan.columns.compactMap { line, threat in
      plan.lines[line].isSanityCheck
        ? sanityChecks(line, threat, byColumn: byColumn) : attack(line, threat, byColumn: byColumn)
    }
  }

  /// The worst of all attacks for each budget of the setup that any attack was run under.
  var worstCases: [EvaluationResults.WorstCase] {
    setup.threats.indices.compactMap { threat in
      let invalid = Set(
        results.filter { $0.threat == threat && $0.outcome == .invalid }.map(\.sample))
      guard plan.lines.contains(where: { $0.threats.contains(threat) }) else { return nil }
      let fooled = fooled(within: setup.threats[threat])
      let outcomes = samples.map { outcome(of: $0, fooled: fooled, invalid: invalid) }
      return EvaluationResults.WorstCase(
        threat: setup.threats[threat], counts: Counts(of: outcomes),
        robustAccuracy: Proportion(
          outcomes.count { $0 == .robust || $0 == .invalid }, of: outcomes.count),
        classes: classes(outcomes))
    }
  }

  /// The samples that any attack fooled with a point that a threat model allows, whatever budget, norm
  /// and grid it was looked for under.
  ///
  /// - Parameter lines: the numbers of the attacks that count; nothing for all.
  func fooled(within threat: ThreatModel, by lines: Set<Int>? = nil) -> Set<Int> {
    Set(
      results.filter { result in
        result.outcome == .newlyWrong && lines?.contains(result.attack) != false
          && threat.allows(result.distances, on: setup.threats[result.threat].pixels)
      }.map(\.sample))
  }

  /// Every sample with all that fooled the model.
  var summaries: [SampleSummary] {
    let numbers = Dictionary(
      uniqueKeysWithValues: plan.columns.enumerated().map {
        (Column(line: $1.line, threat: $1.threat), $0)
      })
    let defeats = Dictionary(grouping: results.filter { $0.outcome == .newlyWrong }, by: \.sample)
    return samples.map { sample in
      SampleSummary(
        number: sample.number, name: sample.name, label: sample.label,
        clean: prediction(sample.class, sample.confidence), isRight: sample.isRight,
        defeats: (defeats[sample.number] ?? []).compactMap { result in
          numbers[Column(line: result.attack, threat: result.threat)].map {
            SampleSummary.Defeat(
              attack: $0, prediction: prediction(result.class, result.confidence),
              distances: result.distances)
          }
        }.sorted { $0.attack < $1.attack })
    }
  }

  private struct Column: Hashable {
    let line: Int
    let threat: Int
  }

  /// What the sanity checks found, over the samples that they looked at; nothing if there are none.
  private func sanityChecks(
    _ number: Int, _ threat: Int, byColumn: [Column: [JournalResult]]
  ) -> AttackResult? {
    let seen = Set((byColumn[Column(line: number, threat: threat)] ?? []).map(\.sample))
    if seen.isEmpty { return nil }
    let part = EvaluationTally(
      setup: setup, plan: plan, samples: samples.filter { seen.contains($0.number) },
      results: results, work: work)
    return part.attack(number, threat, byColumn: byColumn)
  }

  private func attack(
    _ number: Int, _ threat: Int, byColumn: [Column: [JournalResult]]
  ) -> AttackResult {
    let line = plan.lines[number]
    let own = byColumn[Column(line: number, threat: threat)] ?? []
    let earlier = line.predecessors.flatMap { byColumn[Column(line: $0, threat: threat)] ?? [] }
    let successes = own.filter { $0.outcome == .newlyWrong }
    let fooled = Set((earlier + own).filter { $0.outcome == .newlyWrong }.map(\.sample))
    let invalid = Set(own.filter { $0.outcome == .invalid }.map(\.sample))
    let outcomes = samples.map { outcome(of: $0, fooled: fooled, invalid: invalid) }
    let held = outcomes.count { $0 == .robust || $0 == .invalid }
    let lengths =
      successes
      .map { $0.distances.length(in: setup.threats[threat].budget.norm) }.sorted()
    let confidence = successes.reduce(0) { $0 + $1.confidence }
    let unit = line.units(under: setup.threats).first { $0.contains(threat) }
    let done = work.filter { $0.attack == number && $0.threat == unit?.first ?? threat }
    return AttackResult(
      name: line.name, ensemble: line.ensemble,
      settings: RunManifest.AttackSettings(of: line.attack).settings,
      threat: setup.threats[threat], counts: Counts(of: outcomes),
      robustAccuracy: Proportion(held, of: outcomes.count),
      errorRate: 1 - Double(held) / Double(outcomes.count),
      meanConfidenceOnErrors: successes.isEmpty ? nil : confidence / Double(successes.count),
      perturbation: lengths.last.map { .init(maximum: $0, median: lengths.median) },
      forwardPasses: done.reduce(0) { $0 &+ $1.forward },
      backwardPasses: done.reduce(0) { $0 &+ $1.backward },
      seconds: done.reduce(0) { $0 + $1.seconds })
  }

  private func outcome(
    of sample: JournalSample, fooled: Set<Int>, invalid: Set<Int>
  ) -> Outcome {
    if !sample.isRight { return .initiallyWrong }
    if fooled.contains(sample.number) { return .newlyWrong }
    return invalid.contains(sample.number) ? .invalid : .robust
  }

  private func classes(_ outcomes: [Outcome]) -> [EvaluationResults.ClassResult] {
    Dictionary(grouping: samples.indices) { samples[$0].label }
      .sorted { $0.key < $1.key }
      .map { label, rows in
        EvaluationResults.ClassResult(
          classIndex: label, name: setup.name(ofClass: label),
          cleanAccuracy: Proportion(rows.count { samples[$0].isRight }, of: rows.count),
          robustAccuracy: Proportion(
            rows.count { outcomes[$0] == .robust || outcomes[$0] == .invalid }, of: rows.count))
      }
  }

  private func prediction(_ classIndex: Int, _ confidence: Double) -> Prediction {
    Prediction(
      classIndex: classIndex, className: setup.name(ofClass: classIndex), confidence: confidence)
  }
}

extension [Double] {
  /// The median of numbers in order.
  fileprivate var median: Double {
    let middle = count / 2
    return count.isMultiple(of: 2) ? (self[middle - 1] + self[middle]) / 2 : self[middle]
  }
}
