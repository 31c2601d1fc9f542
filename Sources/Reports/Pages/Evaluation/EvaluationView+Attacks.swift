import Evaluation
import ThreatModels

extension EvaluationView {
  /// A row of the table of attacks.
  struct Attack {
    let name, threat, pixels, accuracy, interval, errorRate, fooled, invalid: String
    let confidence, maximum, median, forward, backward, duration: String
    let group: String?

    init(_ result: AttackResult) {
      name = result.name.typeset
      group = result.ensemble?.typeset
      threat = result.threat.budget.description.typeset
      pixels = result.threat.pixels.words
      accuracy = result.robustAccuracy.value.asPercentage.typeset
      interval = result.robustAccuracy.intervalWords.typeset
      errorRate = result.errorRate.asPercentage.typeset
      fooled = result.fooledWords
      invalid = result.counts.invalid.grouped
      confidence = result.meanConfidenceOnErrors?.asPercentage.typeset ?? "–"
      (maximum, median) = result.perturbationWords
      forward = result.forwardPasses.grouped
      backward = result.backwardPasses.grouped
      duration = result.seconds.asDuration
    }
  }
}

extension EvaluationResults {
  /// A curve over ε for each norm with at least two budgets, one line for each grid.
  var budgetCharts: [LineChart] {
    Norm.allCases.compactMap { norm in
      let ofNorm = worstCases.filter { $0.threat.budget.norm == norm }
      guard Set(ofNorm.map(\.threat.budget.epsilon)).count > 1 else { return nil }
      let lines = PixelGrid.allCases.compactMap { pixels in
        curve(of: ofNorm.filter { $0.threat.pixels == pixels }, named: "\(pixels.words) pixels")
      }
      let ends = ofNorm.map { norm.axisPlace(of: $0.threat.budget.epsilon) }
      return LineChart(
        title: "Robust accuracy against ε, \(norm)",
        summary: "Pictures that \(setup.holdingWords) under the worst of all attacks, with 95 % "
          + "intervals as bands. At ε = 0 it is the accuracy without an attack.",
        horizontalAxis: .init(norm.axisLabel, range: 0...(ends.max() ?? 1)),
        verticalAxis: .init("robust accuracy", notation: .percentage, range: 0...1),
        series: lines)
    }
  }

  private func curve(of cases: [WorstCase], named name: String) -> LineChart.Series? {
    guard !cases.isEmpty else { return nil }
    let sorted = cases.sorted { $0.threat.budget.epsilon < $1.threat.budget.epsilon }
    let clean = LineChart.Point(
      x: 0, y: cleanAccuracy.value, range: cleanAccuracy.low...cleanAccuracy.high)
    return LineChart.Series(
      name,
      points: [clean]
        + sorted.map { worst in
          let budget = worst.threat.budget
          let share = worst.robustAccuracy
          return LineChart.Point(
            x: budget.norm.axisPlace(of: budget.epsilon), y: share.value,
            range: share.low...share.high)
        })
  }

  /// A dot for each attack, where a norm has only one budget and so no curve.
  var attackChart: DotChart? {
    // What sanity checks find is about other pictures.
    let single = attacks.filter { !$0.isOfSanityChecks }.filter { attack in
      let norm = attack.threat.budget.norm
      let budgets = worstCases.filter { $0.threat.budget.norm == norm }
      return Set(budgets.map(\.threat.budget.epsilon)).count < 2
    }
    guard !single.isEmpty else { return nil }
    let severalThreats = Set(single.map(\.threat)).count > 1
    return DotChart(
      title: "Robust accuracy under each attack",
      summary: "Pictures that \(setup.holdingWords), with 95 % intervals"
        + (severalThreats ? "." : ", under \(single[0].threat.words)."),
      axisLabel: "robust accuracy", series: ["robust accuracy"],
      rows: single.map { attack in
        let share = attack.robustAccuracy
        return DotChart.Row(
          severalThreats ? "\(attack.name), \(attack.threat.budget)" : attack.name,
          values: [.init(share.value, range: share.low...share.high)])
      })
  }
}
