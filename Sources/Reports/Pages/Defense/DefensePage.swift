public import Evaluation
import Mustache
import ThreatModels

/// A page about what a defence is worth: robust accuracies without it, against an attacker who does
/// not know it, and against one who does.
///
/// The page is one HTML file that loads nothing and runs no script. It links to the three reports.
public struct DefensePage: Hashable, Sendable {
  /// What was found.
  public var comparison: DefenseComparison
  /// The command line that makes the same results again.
  public var command: String

  /// A page.
  public init(_ comparison: DefenseComparison, command: String) {
    self.comparison = comparison
    self.command = command
  }

  /// The page, ready to be written in UTF-8.
  public var html: String { DefenseTemplate.template.render(DefenseView(self)) }
}

/// A page about a defence as the template wants it.
private struct DefenseView {
  let title: String
  let style = PageStyle.source
  let progressWarning: String?
  let verdict, command: String
  let findings: [FindingView]
  let absence: String?
  let charts: [LineChartView]
  let dots: Dots?
  let names: [String]
  let budgets: [Budget]
  let clean: [Share]
  let reports: [Report]

  struct Dots {
    let svg, summary: String
  }

  struct Share {
    let share, interval: String

    init(_ proportion: Proportion) {
      share = proportion.value.asPercentage.typeset
      interval = proportion.intervalWords.typeset
    }
  }

  struct Budget {
    let threat: String
    let shares: [Share]
    let masked, missed, chance: String
  }

  struct Report {
    let path, name: String
  }

  init(_ page: DefensePage) {
    let comparison = page.comparison
    title = "Defence of \(comparison.model.lastPathComponent)".typeset
    progressWarning = comparison.progressWarning?.typeset
    verdict = comparison.verdict.typeset
    command = page.command.safe
    findings = comparison.findings.map(FindingView.init)
    absence =
      findings.isEmpty
      ? "No budget shows significantly more pictures that hold only against the attacker who does "
        + "not know the defence. That is no proof: a better adaptive attack may exist." : nil
    charts = comparison.budgetCharts.map(LineChartView.init)
    dots = comparison.dotChart.map { Dots(svg: $0.svg, summary: $0.summary.typeset) }
    names = DefenseComparison.views.map(\.name) + ["both attacks"]
    budgets = comparison.budgets.map { budget in
      Budget(
        threat: budget.threat.words.typeset,
        shares: (DefenseComparison.views.map { $0.share(budget) } + [budget.worst])
          .map(Share.init),
        masked: budget.masked.grouped, missed: budget.missed.grouped,
        chance: budget.chance.asChance)
    }
    clean =
      [Share(comparison.undefendedCleanAccuracy)]
      + [Share](repeating: Share(comparison.defendedCleanAccuracy), count: 3)
    reports = zip(DefenseFolder.Part.allCases, DefenseComparison.views).map { part, view in
      Report(
        path: "\(part.rawValue)/\(EvaluationFolder.Product.page.rawValue)", name: view.name.typeset)
    }
  }
}

/// The HTML of a page about a defence.
private enum DefenseTemplate {
  static let template = MustacheTemplate(
    ofOurs: PageTemplate.source(body: body, loading: PageTemplate.selfContained))

  private static let body = """
    <header>
    \(PageSections.progress)
    <h1>{{title}}</h1>
    <p class="verdict">{{verdict}}</p>
    </header>
    <main>
    {{#findings}}
    \(FindingView.template)
    {{/findings}}
    {{#absence}}
    <p>{{.}}</p>
    {{/absence}}
    <section aria-labelledby="budgets">
    <h2 id="budgets">Robust accuracy</h2>
    \(LineChartView.template)
    {{#dots}}
    <figure>
    {{{svg}}}
    <figcaption>{{summary}}</figcaption>
    </figure>
    {{/dots}}
    <div class="scroll" role="region" aria-labelledby="budgets" tabindex="0">
    <table>
    <caption><span>The worst of all attacks, picture by picture, with 95 % intervals</span></caption>
    <thead><tr><th scope="col">Budget</th>\
    {{#names}}<th scope="col" class="figure">{{.}}</th>{{/names}}\
    <th scope="col" class="figure">held only<br/>against naive</th>\
    <th scope="col" class="figure">held only<br/>against adaptive</th>\
    <th scope="col" class="figure">chance</th></tr></thead>
    <tbody>
    {{#budgets}}
    <tr><th scope="row">{{threat}}</th>\
    {{#shares}}<td class="figure"><b>{{share}}</b><small>{{interval}}</small></td>{{/shares}}\
    <td class="figure">{{masked}}</td><td class="figure">{{missed}}</td>\
    <td class="figure">{{chance}}</td></tr>
    {{/budgets}}
    <tr><th scope="row">no attack</th>\
    {{#clean}}<td class="figure"><b>{{share}}</b><small>{{interval}}</small></td>{{/clean}}\
    <td class="figure">–</td><td class="figure">–</td><td class="figure">–</td></tr>
    </tbody>
    </table>
    </div>
    </section>
    <section aria-labelledby="reports">
    <h2 id="reports">The three evaluations</h2>
    <ul>
    {{#reports}}
    <li><a href="{{path}}">{{name}}</a></li>
    {{/reports}}
    </ul>
    </section>
    \(PageSections.reproduction)
    </main>
    <footer>
    <h2>How to read this page</h2>
    <dl>
    <div><dt>naive attack</dt><dd>Gradients are those of automatic differentiation: none where a \
    transformation has none, and of one draw where it is random.</dd></div>
    <div><dt>adaptive attack</dt><dd>Gradients go straight through transformations without useful \
    ones, exactly through the others, and are averaged over draws.</dd></div>
    <div><dt>both attacks</dt><dd>A picture counts only if neither attack fooled the defended \
    model: the number to quote. Even it is an upper bound.</dd></div>
    <div><dt>held only against naive</dt><dd>Pictures that masked gradients protected.</dd></div>
    <div><dt>held only against adaptive</dt><dd>Pictures that the adaptive attack missed and the \
    naive one did not.</dd></div>
    <div><dt>chance</dt><dd>How likely so many masked pictures are if both attacks are equally \
    good: McNemar’s exact one-sided test.</dd></div>
    </dl>
    </footer>
    """
}
