import Evaluation
import ThreatModels

/// An evaluation's page as the template wants it: only text, and lists of text.
///
/// Every text that can come from a stranger passes through `typeset`; the template escapes it. The
/// template looks for a name in the surrounding value where the inner one has nothing, so no
/// optional property shares its name with one further out.
struct EvaluationView {
  let title: String
  let style = PageStyle.source
  let progressWarning: String?
  let gate: Gate?
  let verdict: String
  let tally: TallyView?
  let cleanAccuracy: String
  let budgets: [Budget]
  let hasBudgets: Bool
  /// Findings above all charts, if there is a warning among them.
  let urgentFindings: FindingList?
  /// Findings below all charts, if there is none.
  let calmFindings: FindingList?
  let charts: [LineChartView]
  let attackChart: PlainFigure?
  let attacks: [Attack]
  let hasAttacks: Bool
  let classSection: ClassSection?
  let gallery: WrongAnswers?
  let command: String
  let settings: [Setting]

  struct Setting {
    let name, value: String
  }

  /// A chart with its caption.
  struct PlainFigure {
    let svg, summary: String
  }

  init(_ page: EvaluationPage) {
    let results = page.results
    title = "Robustness of \(results.setup.modelName)".typeset
    progressWarning = results.progressWarning?.typeset
    gate = page.gate.map(Gate.init)
    verdict = results.verdict.typeset
    tally = results.headline.map { TallyView($0.counts) }
    cleanAccuracy = results.cleanAccuracy.words.typeset
    budgets = results.worstCases.map { Budget($0, checks: page.gate?.checks(of: $0.threat) ?? []) }
    hasBudgets = !budgets.isEmpty

    let isUrgent = results.findings.contains { $0.severity == .warning }
    let list = FindingList(of: results)
    urgentFindings = isUrgent ? list : nil
    calmFindings = isUrgent ? nil : list

    charts = results.budgetCharts.map(LineChartView.init)
    attackChart = results.attackChart.map {
      PlainFigure(svg: $0.svg, summary: $0.summary.typeset)
    }
    attacks = results.attacks.map(Attack.init)
    hasAttacks = !attacks.isEmpty
    classSection = ClassSection(of: results)
    gallery = WrongAnswers(of: page)
    command = page.command.safe
    settings = results.setup.rows.map { Setting(name: $0.name.typeset, value: $0.value.typeset) }
  }
}

extension EvaluationView {
  struct Gate {
    let word, kind: String
    let sentences: [String]

    init(_ verdict: GateVerdict) {
      word = verdict.word
      kind = verdict.passed ? "robust" : "newlyWrong"
      sentences = verdict.checks.map(\.sentence.typeset)
    }
  }

  /// The worst case under one budget.
  struct Budget {
    let threat, accuracy, interval, fooled, held, invalid, wrong: String
    let gateWord: String

    init(_ worst: EvaluationResults.WorstCase, checks: [GateVerdict.Check]) {
      threat = worst.threat.words.typeset
      accuracy = worst.robustAccuracy.value.asPercentage.typeset
      interval = worst.robustAccuracy.intervalWords.typeset
      fooled = worst.counts.newlyWrong.grouped
      held = worst.counts.held.grouped
      invalid = worst.counts.invalid.grouped
      wrong = worst.counts.initiallyWrong.grouped
      gateWord = checks.first.map { $0.passed ? "passed" : "failed" } ?? "–"
    }
  }

  struct FindingList {
    let items: [FindingView]
    /// What to say where there is no finding.
    let absence: String?

    init(of results: EvaluationResults) {
      items = results.sortedFindings.map(FindingView.init)
      absence = items.isEmpty ? results.absenceOfFindings : nil
    }
  }
}

extension EvaluationResults {
  /// What it means that there is no finding.
  var absenceOfFindings: String {
    setup.checksSanity
      ? "The sanity checks found nothing."
      : "The sanity checks were not made, so nothing speaks against a masked gradient."
  }
}
