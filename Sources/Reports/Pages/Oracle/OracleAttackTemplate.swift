import Mustache

/// The HTML of a page about an attack on a service.
enum OracleAttackTemplate {
  static let template = MustacheTemplate(
    ofOurs: PageTemplate.source(
      body: [
        PageSections.header, "<main>", curve, gallery, QueryPatternView.template,
        PageSections.reproduction(settingsCalled: "What was attacked, and how"), "</main>", footer,
      ].joined(separator: "\n"), loading: PageTemplate.selfContained))

  private static let curve = """
    <section aria-labelledby="queries">
    <h2 id="queries">Success against queries</h2>
    \(LineChartView.template)
    <div class="scroll" role="region" aria-labelledby="queries" tabindex="0">
    <table>
    <caption><span>Every picture, and how often the service was asked about it</span></caption>
    <thead><tr><th scope="col">Picture</th><th scope="col">Outcome</th>\
    <th scope="col">Label</th><th scope="col">Taken for</th>\
    <th scope="col" class="figure">Queries</th>\
    <th scope="col" class="figure">Until success</th>\
    <th scope="col" class="figure">Distance {{norm}}</th></tr></thead>
    <tbody>
    {{#rows}}
    <tr class="{{kind}}"><th scope="row">{{name}}</th><td><span class="badge">{{word}}</span></td>\
    <td>{{label}}</td><td>{{result}}</td><td class="figure">{{queries}}</td>\
    <td class="figure">{{success}}</td><td class="figure">{{distance}}</td></tr>
    {{/rows}}
    </tbody>
    </table>
    </div>
    </section>
    """

  private static let gallery = """
    {{#gallery}}
    <section aria-labelledby="gallery">
    <h2 id="gallery">Pictures</h2>
    <p>{{explanation}}</p>
    <ul class="cards">
    {{#cards}}
    <li class="{{kind}}">
    <article>
    <h3>{{name}}</h3>
    \(Triptych.template)
    <p class="change"><b>{{label}}</b> <span role="img" aria-label="became">→</span> \
    <b class="after">{{result}}</b></p>
    <dl>
    <div><dt>queries</dt><dd>{{queries}}</dd></div>
    <div><dt>distance {{norm}}</dt><dd>{{distance}}</dd></div>
    </dl>
    </article>
    </li>
    {{/cards}}
    </ul>
    </section>
    {{/gallery}}
    """

  private static let footer = """
    <footer>
    <h2>How to read this page</h2>
    <dl>
    <div><dt>query</dt><dd>One picture that the service was asked about. One that comes again is \
    answered from memory and does not count.</dd></div>
    <div><dt>until success</dt><dd>Different pictures up to the first that reached the goal within the \
    budget of ε, the original among them. An attack that looks for the nearest example goes on \
    after that.</dd></div>
    <div><dt>already wrong</dt><dd>The service was wrong before the attack, so the picture was not \
    attacked.</dd></div>
    <div><dt>held</dt><dd>The attack did not reach its goal with the queries that it had.</dd></div>
    <div><dt>what the service could have noticed</dt><dd>Each picture is compared with the \
    {{window}} that were sent before it. Ordinary users rarely send many pictures that are nearly \
    the same; {{burstLength}} in a row are taken as enough to look up. A service that remembers more, or \
    compares by more than pixels, sees more (Chen, Carlini and Wagner 2019). Queries spread over \
    several accounts, or between ordinary ones, are seen less.</dd></div>
    </dl>
    </footer>
    """
}
