import Evaluation
import Foundation
import ThreatModels

extension DefenseComparison {
  /// A curve over ε for each norm and grid with at least two budgets, one line for each attacker.
  var budgetCharts: [LineChart] {
    groups.filter { $0.budgets.count > 1 }.map { norm, pixels, budgets in
      let sorted = budgets.sorted { $0.threat.budget.epsilon < $1.threat.budget.epsilon }
      let ends = sorted.map { norm.axisPlace(of: $0.threat.budget.epsilon) }
      return LineChart(
        title: "Robust accuracy against ε, \(norm), \(pixels.words) pixels",
        summary: "Pictures that are right and stay right under the worst of all attacks, with 95 % "
          + "intervals as bands. Where the naive line is above the adaptive one, gradients were "
          + "masked.",
        horizontalAxis: .init(norm.axisLabel, range: 0...(ends.max() ?? 1)),
        verticalAxis: .init("robust accuracy", notation: .percentage, range: 0...1),
        series: Self.views.enumerated().map { index, view in
          let clean = index == 0 ? undefendedCleanAccuracy : defendedCleanAccuracy
          return LineChart.Series(
            view.name,
            points: [clean.point(at: 0)]
              + sorted.map {
                view.share($0).point(at: norm.axisPlace(of: $0.threat.budget.epsilon))
              })
        })
    }
  }

  /// Dots for the budgets that are alone in their norm, and so have no curve.
  var dotChart: DotChart? {
    let single = groups.filter { $0.budgets.count == 1 }.flatMap(\.budgets)
    guard !single.isEmpty else { return nil }
    return DotChart(
      title: "Robust accuracy",
      summary: "Pictures that are right and stay right under the worst of all attacks, with 95 % "
        + "intervals. Where naive is above adaptive, gradients were masked.",
      axisLabel: "robust accuracy",
      series: ["adaptive attack", "naive attack", "without the defence"],
      rows: single.map { budget in
        DotChart.Row(
          budget.threat.words,
          values: [budget.adaptive, budget.naive, budget.undefended].map { share in
            DotChart.Value(share.value, range: share.low...share.high)
          })
      })
  }

  private var groups: [(norm: Norm, pixels: PixelGrid, budgets: [Budget])] {
    Norm.allCases.flatMap { norm in
      PixelGrid.allCases.compactMap { pixels in
        let own = budgets.filter { $0.threat.budget.norm == norm && $0.threat.pixels == pixels }
        return own.isEmpty ? nil : (norm, pixels, own)
      }
    }
  }
}

extension Proportion {
  /// A point of a line chart, with the interval as its band.
  func point(at x: Double) -> LineChart.Point { .init(x: x, y: value, range: low...high) }
}

extension Double {
  /// A probability of a test for people: two digits that count.
  var asChance: String { self < 1e-6 ? "<0.000001" : String(format: "%.2g", self) }
}
