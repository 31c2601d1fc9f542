public import Evaluation
import Mustache

/// A page about certified robustness: a curve of certified accuracy and its numbers.
///
/// The page is one HTML file that loads nothing and runs no script.
public struct CertificatePage: Hashable, Sendable {
  /// What was found.
  public var results: CertificationResults
  /// The command line that makes the same results again.
  public var command: String

  /// A page.
  public init(_ results: CertificationResults, command: String) {
    self.results = results
    self.command = command
  }

  /// The page, ready to be written in UTF-8.
  public var html: String { CertificateTemplate.template.render(CertificateView(self)) }
}

/// A page about certificates as the template wants it.
private struct CertificateView {
  let title: String
  let style = PageStyle.source
  let progressWarning: String?
  let verdict, averageRadius, alpha, command: String
  let tiles: [Tile]
  let charts: [LineChartView]
  let rows: [Row]
  let settings: [Setting]

  struct Tile {
    let name, value: String
  }

  struct Row {
    let radius, share, interval, count: String
  }

  struct Setting {
    let name, value: String
  }

  init(_ page: CertificatePage) {
    let results = page.results
    title = "Certified robustness of \(results.setup.model.path.lastPathComponent)".typeset
    progressWarning = results.progressWarning?.typeset
    verdict = results.verdict.typeset
    averageRadius = results.averageRadius.radiusText
    alpha = results.setup.alpha.shortChance
    command = page.command.safe
    tiles = [
      Tile(name: "pictures", value: results.samples.count.grouped),
      Tile(name: "true class", value: results.certifiedAccuracies[0].accuracy.count.grouped),
      Tile(name: "another class", value: results.wrong.count.grouped),
      Tile(name: "abstained", value: results.abstained.count.grouped),
    ]
    charts = [LineChartView(results.chart)]
    rows = results.certifiedAccuracies.map { row in
      Row(
        radius: row.radius.radiusText, share: row.accuracy.value.asPercentage.typeset,
        interval: row.accuracy.intervalWords.typeset,
        count: "\(row.accuracy.count.grouped) of \(row.accuracy.total.grouped)")
    }
    settings = results.setup.rows.map { Setting(name: $0.name.typeset, value: $0.value.typeset) }
  }
}

/// The HTML of a page about certificates.
private enum CertificateTemplate {
  static let template = MustacheTemplate(
    ofOurs: PageTemplate.source(body: body, loading: PageTemplate.selfContained))

  private static let body = """
    <header>
    \(PageSections.progress)
    <h1>{{title}}</h1>
    <p class="verdict">{{verdict}}</p>
    <dl class="tiles">
    <div class="main"><dt>average radius</dt><dd>{{averageRadius}}</dd></div>
    {{#tiles}}
    <div><dt>{{name}}</dt><dd>{{value}}</dd></div>
    {{/tiles}}
    </dl>
    </header>
    <main>
    <section aria-labelledby="accuracy">
    <h2 id="accuracy">Certified accuracy</h2>
    \(LineChartView.template)
    <div class="scroll" role="region" aria-labelledby="accuracy" tabindex="0">
    <table>
    <caption><span>Pictures whose true class provably stays within an L2 distance</span></caption>
    <thead><tr><th scope="col">L2 radius</th>\
    <th scope="col" class="figure">Certified accuracy</th>\
    <th scope="col" class="figure">95 % interval</th>\
    <th scope="col" class="figure">Pictures</th></tr></thead>
    <tbody>
    {{#rows}}
    <tr><th scope="row">{{radius}}</th><td class="figure"><b>{{share}}</b></td>\
    <td class="figure">{{interval}}</td><td class="figure">{{count}}</td></tr>
    {{/rows}}
    </tbody>
    </table>
    </div>
    </section>
    \(PageSections.reproduction(settingsCalled: "What was certified, and how"))
    </main>
    <footer>
    <h2>How to read this page</h2>
    <dl>
    <div><dt>smoothed classifier</dt><dd>It gives the class that the model gives most often under \
    Gaussian noise. All numbers are about it and not about the model without noise.</dd></div>
    <div><dt>certified</dt><dd>No change of the picture that is shorter than the radius changes the \
    class, whatever the attack. Probabilities under noise are estimated, so each certificate is \
    wrong with a chance of at most {{alpha}}.</dd></div>
    <div><dt>abstained</dt><dd>No class has a probability that is surely above one half, so none is \
    given.</dd></div>
    <div><dt>average radius</dt><dd>Over all pictures, 0 for those that are wrong or without a \
    class.</dd></div>
    <div><dt>95 % interval</dt><dd>Wilson’s interval: what other pictures from the same source \
    would be expected to give.</dd></div>
    </dl>
    </footer>
    """
}
