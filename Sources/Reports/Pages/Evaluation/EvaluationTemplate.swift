import Mustache

/// The HTML of an evaluation's page, section by section.
///
/// Two braces escape; three do not and are only for what this module made itself.
enum EvaluationTemplate {
  static let template = MustacheTemplate(
    ofOurs: PageTemplate.source(
      body: [
        header, "<main>", findings(of: "urgentFindings"), budgets, attacks, classes, gallery,
        findings(of: "calmFindings"),
        PageSections.reproduction(settingsCalled: "What was evaluated, and how"), "</main>", footer,
      ].joined(separator: "\n"), loading: PageTemplate.selfContained))

  private static let header = """
    <header>
    \(PageSections.progress)
    <h1>{{title}}</h1>
    <p class="verdict">{{verdict}}</p>
    {{#gate}}
    <div class="notice {{kind}}"><b>{{word}}.</b>
    <ul>{{#sentences}}<li>{{.}}</li>{{/sentences}}</ul></div>
    {{/gate}}
    \(TallyView.template)
    </header>
    """

  private static func findings(of property: String) -> String {
    """
    {{#\(property)}}
    <section aria-labelledby="findings">
    <h2 id="findings">Findings</h2>
    {{#absence}}
    <p>{{.}}</p>
    {{/absence}}
    {{#items}}
    \(FindingView.template)
    {{/items}}
    </section>
    {{/\(property)}}
    """
  }

  private static let footer = """
    <footer>
    <h2>How to read this page</h2>
    <dl>
    <div><dt>robust accuracy</dt><dd>The share of all pictures that are right and stay right under \
    attack.</dd></div>
    <div><dt>95 % interval</dt><dd>Wilson’s interval: what other pictures from the same source \
    would be expected to give.</dd></div>
    <div><dt>worst case</dt><dd>A picture counts as fooled if any attack fooled it within the \
    budget.</dd></div>
    <div><dt>already wrong</dt><dd>The model was wrong before the attack, so the picture was not \
    attacked.</dd></div>
    <div><dt>fooled</dt><dd>The attack reached its goal within its budget, confirmed by asking the \
    model again. In an ensemble, also what an earlier member fooled.</dd></div>
    <div><dt>held</dt><dd>The attack did not reach its goal.</dd></div>
    <div><dt>invalid</dt><dd>The attack returned a point that is not allowed: outside the budget, \
    not a picture, or not a number.</dd></div>
    <div><dt>error rate</dt><dd>The share of all pictures that the model gets wrong under the \
    attack.</dd></div>
    <div><dt>perturbation ×k</dt><dd>The change, amplified k times around mid-grey.</dd></div>
    </dl>
    </footer>
    """
}
