import Mustache

/// The HTML of a page about a substitute.
enum SubstituteTemplate {
  static let template = MustacheTemplate(
    ofOurs: PageTemplate.source(
      body: [
        PageSections.header, "<main>", transfers, rounds, ensemble, gallery,
        QueryPatternView.template,
        PageSections.reproduction(settingsCalled: "How the substitute was built"), "</main>",
        footer,
      ].joined(separator: "\n"), loading: PageTemplate.selfContained))

  private static let transfers = """
    {{#clean}}
    <section aria-labelledby="transfers">
    <h2 id="transfers">Attacks through the {{attacked}}</h2>
    <p>{{clean}}</p>
    <div class="scroll" role="region" aria-labelledby="transfers" tabindex="0">
    <table>
    <caption><span>Pictures that fool the service, of those that it got right; one query each</span>\
    </caption>
    <thead><tr><th scope="col">Attack</th><th scope="col">Budget</th>\
    <th scope="col" class="figure">Fools the service</th>\
    <th scope="col" class="figure">95 % interval</th><th scope="col" class="figure">Pictures</th>\
    <th scope="col" class="figure">The {{attacked}} is wrong</th></tr></thead>
    <tbody>
    {{#transfers}}
    <tr><th scope="row">{{title}}</th><td>{{budget}}</td><td class="figure"><b>{{share}}</b></td>\
    <td class="figure">{{interval}}</td><td class="figure">{{count}}</td>\
    <td class="figure">{{substitute}}</td></tr>
    {{/transfers}}
    </tbody>
    </table>
    </div>
    </section>
    {{/clean}}
    """

  private static let rounds = """
    <section aria-labelledby="rounds">
    <h2 id="rounds">How the substitute learned</h2>
    <p>It ended because {{ending}}.</p>
    \(LineChartView.template)
    <div class="scroll" role="region" aria-labelledby="rounds" tabindex="0">
    <table>
    <caption><span>What was asked in each round, and how well the substitute agreed after it</span>\
    </caption>
    <thead><tr><th scope="col">Round</th><th scope="col" class="figure">New pictures</th>\
    <th scope="col" class="figure">Learned from</th><th scope="col" class="figure">Queries</th>\
    <th scope="col" class="figure">Classes named</th>\
    <th scope="col" class="figure">Agreement</th><th scope="col" class="figure">95 % interval</th>\
    <th scope="col" class="figure">On what it learned</th></tr></thead>
    <tbody>
    {{#rounds}}
    <tr><th scope="row">{{round}}</th><td class="figure">{{new}}</td>\
    <td class="figure">{{pictures}}</td><td class="figure">{{asked}}</td>\
    <td class="figure">{{classes}}</td><td class="figure"><b>{{agreement}}</b></td>\
    <td class="figure">{{interval}}</td><td class="figure">{{learned}}</td></tr>
    {{/rounds}}
    </tbody>
    </table>
    </div>
    </section>
    """

  private static let ensemble = """
    {{#ensemble}}
    <section aria-labelledby="ensemble">
    <h2 id="ensemble">What learned from the same answers</h2>
    <p>When the rounds were over, further models learned from what the service had answered, without a query. \
    Attacks work on all of them as one.</p>
    <div class="scroll" role="region" aria-labelledby="ensemble" tabindex="0">
    <table>
    <caption><span>How well each of them agrees with the service, the substitute first</span></caption>
    <thead><tr><th scope="col">Model</th><th scope="col" class="figure">Agreement</th>\
    <th scope="col" class="figure">95 % interval</th>\
    <th scope="col" class="figure">On what it learned</th></tr></thead>
    <tbody>
    {{#rows}}
    <tr><th scope="row">{{name}}</th><td class="figure"><b>{{agreement}}</b></td>\
    <td class="figure">{{interval}}</td><td class="figure">{{learned}}</td></tr>
    {{/rows}}
    </tbody>
    </table>
    </div>
    </section>
    {{/ensemble}}
    """

  private static let gallery = """
    <section aria-labelledby="gallery">
    <h2 id="gallery">Pictures that fool the service</h2>
    {{^cards}}
    <p>None of the pictures that were tried does.</p>
    {{/cards}}
    <ul class="cards">
    {{#cards}}
    <li class="newlyWrong">
    <article>
    <h3>{{name}}</h3>
    \(Triptych.template)
    <p class="change"><b>{{label}}</b> <span role="img" aria-label="became">→</span> \
    <b class="after">{{answer}}</b></p>
    <dl>
    <div><dt>distance {{norm}}</dt><dd>{{distance}}</dd></div>
    <div><dt>attack</dt><dd>{{attack}}</dd></div>
    </dl>
    </article>
    </li>
    {{/cards}}
    </ul>
    </section>
    """

  private static let footer = """
    <footer>
    <h2>How to read this page</h2>
    <dl>
    <div><dt>substitute</dt><dd>A model of the attacker’s own that learned from the service’s labels \
    alone. Attacks see its gradients and nothing of the service.</dd></div>
    <div><dt>agreement</dt><dd>The share of held-out seeds on which the substitute says what the \
    service says; neither needs to be right. Saying the service’s most frequent answer for all of \
    them would agree on as many as “one class for all” says.</dd></div>
    <div><dt>query</dt><dd>One picture that was sent. A picture that was asked about before is \
    answered from the journal free of charge.</dd></div>
    <div><dt>fools the service</dt><dd>The picture lies within the budget, as it was sent, and the \
    service’s answer about it is the attack’s goal.</dd></div>
    <div><dt>95 % interval</dt><dd>Wilson’s interval: what other pictures from the same source would \
    be expected to give. Each attack in the table has its own; the verdict picks the best and \
    widens its interval until those of all would hold at once (Bonferroni).</dd></div>
    </dl>
    </footer>
    """
}
