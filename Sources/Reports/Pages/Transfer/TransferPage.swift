public import Evaluation
import Mustache
import ThreatModels

/// A page about how well examples made on some models fool others: a heat map and its numbers.
///
/// The page is one HTML file that loads nothing and runs no script.
public struct TransferPage: Hashable, Sendable {
  /// What was found.
  public var matrix: TransferMatrix
  /// The command line that makes the same results again.
  public var command: String

  /// A page.
  public init(_ matrix: TransferMatrix, command: String) {
    self.matrix = matrix
    self.command = command
  }

  /// The page, ready to be written in UTF-8.
  public var html: String { TransferTemplate.template.render(TransferView(self)) }
}

/// A page about transfer as the template wants it.
private struct TransferView {
  let title = "Transfer between models"
  let style = PageStyle.source
  let verdict, rateExplanation, map, command: String
  let markExplanation: String?
  let targets: [Target]
  let sources: [Source]
  let findings: [FindingView]

  struct Target {
    let name, clean: String
  }

  struct Source {
    let name: String
    let rates: [Rate]
  }

  struct Rate {
    let share, detail: String
  }

  init(_ page: TransferPage) {
    let matrix = page.matrix
    verdict = matrix.verdict.typeset
    rateExplanation = matrix.rateExplanation
    map = matrix.heatMap.svg
    command = page.command.safe
    markExplanation = matrix.markExplanation
    findings = matrix.findings.map(FindingView.init)
    targets = matrix.targets.map {
      Target(name: $0.name.typeset, clean: $0.cleanAccuracy.words.typeset)
    }
    sources = matrix.sources.indices.map { source in
      Source(
        name: matrix.sources[source].typeset,
        rates: matrix.targets.indices.map { target in
          let rate = matrix.fooledRate(from: source, on: target)
          return Rate(
            share: matrix.words(from: source, on: target).typeset,
            detail: (rate.map { "\($0.intervalWords), \($0.count.grouped) of \($0.total.grouped)" }
              ?? "").typeset)
        })
    }
  }
}

/// The HTML of a page about transfer.
private enum TransferTemplate {
  static let template = MustacheTemplate(
    ofOurs: PageTemplate.source(body: body, loading: PageTemplate.selfContained))

  private static let body = """
    <header>
    <h1>{{title}}</h1>
    <p class="verdict">{{verdict}}</p>
    </header>
    <main>
    {{#findings}}
    \(FindingView.template)
    {{/findings}}
    <section aria-labelledby="rates">
    <h2 id="rates">Fooled pictures</h2>
    <figure>
    {{{map}}}
    <figcaption>Rows are the models on which examples were made, columns those on which they were \
    tried. {{rateExplanation}}</figcaption>
    </figure>
    <div class="scroll" role="region" aria-labelledby="rates" tabindex="0">
    <table>
    <caption><span>Fooled pictures with 95 % intervals{{#markExplanation}}; {{.}}{{/markExplanation}}\
    </span></caption>
    <thead><tr><th scope="col">Made on</th>\
    {{#targets}}<th scope="col" class="figure">{{name}}</th>{{/targets}}</tr></thead>
    <tbody>
    {{#sources}}
    <tr><th scope="row">{{name}}</th>\
    {{#rates}}<td class="figure"><b>{{share}}</b><small>{{detail}}</small></td>{{/rates}}</tr>
    {{/sources}}
    <tr><th scope="row">right without an attack</th>\
    {{#targets}}<td class="figure">{{clean}}</td>{{/targets}}</tr>
    </tbody>
    </table>
    </div>
    </section>
    \(PageSections.reproduction)
    </main>
    """
}
