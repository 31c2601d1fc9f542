import Evaluation
import ThreatModels

extension EvaluationView {
  /// How the classes fare: a chart of the headline's budget, and a table of all budgets.
  struct ClassSection {
    let summary, chart: String
    let rest: String?
    let columns: [String]
    let classes: [Row]

    struct Row {
      let className, pictures, clean: String
      let robust: [String]
    }

    /// How many classes the chart shows.
    private static let chartLimit = 50

    init?(of results: EvaluationResults) {
      guard let headline = results.headline, headline.classes.count > 1 else { return nil }
      let sorted = headline.classes.sorted {
        ($0.robustAccuracy.value, $0.cleanAccuracy.value, $0.classIndex)
          < ($1.robustAccuracy.value, $1.cleanAccuracy.value, $1.classIndex)
      }
      let shown = sorted.prefix(Self.chartLimit)
      let dots = DotChart(
        title: "Robust accuracy of each class",
        summary: "Under \(headline.threat.words), weakest classes first; lines are 95 % intervals "
          + "of the robust accuracy.",
        axisLabel: "share of the class's pictures", series: ["under attack", "without an attack"],
        rows: shown.map { result in
          let robust = result.robustAccuracy
          return DotChart.Row(
            result.name,
            values: [
              .init(robust.value, range: robust.low...robust.high),
              .init(result.cleanAccuracy.value),
            ])
        })
      chart = dots.svg
      summary = dots.summary.typeset
      rest =
        shown.count < sorted.count
        ? "The chart shows the \(shown.count) weakest of \(sorted.count.grouped) classes; "
          + "the table has all of them."
        : nil
      columns = results.worstCases.map(\.threat.words.typeset)
      classes = headline.classes.map { result in
        Row(
          className: result.name.typeset, pictures: result.cleanAccuracy.total.grouped,
          clean: result.cleanAccuracy.value.asPercentage.typeset,
          robust: results.worstCases.map { worst in
            let same = worst.classes.first { $0.classIndex == result.classIndex }
            return same?.robustAccuracy.words.typeset ?? "–"
          })
      }
    }
  }
}
