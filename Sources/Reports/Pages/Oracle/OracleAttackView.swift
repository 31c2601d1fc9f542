import Evaluation
import Oracles
import ThreatModels

/// A page about an attack on a service as the template wants it.
struct OracleAttackView {
  let title: String
  let style = PageStyle.source
  let progressWarning: String?
  let verdict, command, norm, burstLength, window: String
  let tiles: [Named]
  let charts: [LineChartView]
  let rows: [Row]
  let gallery: Cards?
  let noticed: QueryPatternView
  let settings: [Named]

  struct Named {
    let name, value: String
  }

  struct Row {
    let name, word, kind, label, result, queries, success, distance: String
  }

  struct Cards {
    let explanation: String
    let cards: [Card]
  }

  struct Card {
    let name, kind, label, result, queries, distance: String
    let triptych: Triptych?
  }

  init(_ page: OracleAttackPage, pictures: OracleAttackPage.PictureSource) {
    let norm = page.threat.budget.norm
    title = "Attack on \(page.service)".typeset
    progressWarning =
      page.picturesLeft == 0
      ? nil
      : "The budget of queries was spent before \(page.picturesLeft.of("picture")) could be "
        + "attacked. All numbers are about the others."
    verdict = page.verdict.typeset
    command = page.command.safe
    self.norm = norm.description
    burstLength = String(QueryPattern.burstLength)
    window = page.pattern.window.grouped
    let wrong = page.samples.count { $0.outcome == .initiallyWrong }
    tiles =
      [
        Named(name: "attacked", value: page.curve.attacked.grouped),
        Named(name: "fooled", value: page.curve.fooled.grouped),
        Named(name: "already wrong", value: wrong.grouped),
        Named(name: "queries, median of fooled", value: page.curve.medianQueries?.grouped ?? "–"),
        Named(name: "queries in all", value: page.queries.grouped),
      ] + [page.cost.map { Named(name: "cost", value: $0.typeset) }].compactMap(\.self)
    charts = [page.chart.map { LineChartView($0) }].compactMap(\.self)
    rows = page.samples.map { Row($0, norm: norm) }
    gallery = Cards(of: page, pictures: pictures)
    noticed = QueryPatternView(page.pattern)
    settings = page.settings.map { Named(name: $0.name.typeset, value: $0.value.typeset) }
  }
}

extension OracleAttackView.Row {
  init(_ sample: OracleAttackPage.Sample, norm: Norm) {
    name = sample.name.typeset
    word = sample.outcome.word
    kind = sample.outcome.rawValue
    label = sample.labelName.typeset
    result = (sample.outcome == .newlyWrong ? sample.adversarialName : nil)?.typeset ?? "–"
    queries = sample.queries.grouped
    success = sample.queriesToSuccess?.grouped ?? "–"
    distance = sample.distances.map { $0.words(in: norm) } ?? "–"
  }
}

extension OracleAttackView.Cards {
  /// Fooled pictures, those that took fewest queries first, and then others that were attacked.
  init?(of page: OracleAttackPage, pictures: OracleAttackPage.PictureSource) {
    let fooled = page.samples.filter { $0.outcome == .newlyWrong }
      .sorted { ($0.queriesToSuccess ?? .max) < ($1.queriesToSuccess ?? .max) }
    let others = page.samples.filter { $0.outcome == .robust || $0.outcome == .invalid }
    let shown = (fooled + others).prefix(OracleAttackPage.galleryLimit)
    guard !shown.isEmpty else { return nil }
    let norm = page.threat.budget.norm
    explanation =
      shown.count < fooled.count + others.count
      ? "The first \(shown.count) of \(fooled.count + others.count) attacked pictures, those that took "
        + "fewest queries first."
      : "All attacked pictures, those that took fewest queries first."
    cards = shown.map { sample in
      let row = OracleAttackView.Row(sample, norm: norm)
      return OracleAttackView.Card(
        name: row.name, kind: row.kind, label: row.label,
        result: sample.outcome == .newlyWrong ? row.result : row.word,
        queries: sample.queriesToSuccess?.grouped ?? row.queries, distance: row.distance,
        triptych: pictures(sample.name).flatMap { pair in
          Triptych(original: pair.original, adversarial: pair.adversarial, threat: page.threat)
        })
    }
  }
}
