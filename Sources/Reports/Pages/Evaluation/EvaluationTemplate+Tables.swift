extension EvaluationTemplate {
  static let budgets = """
    <section aria-labelledby="budgets">
    <h2 id="budgets">Budgets</h2>
    <div class="scroll" role="region" aria-labelledby="budgets" tabindex="0">
    <table>
    <caption><span>The worst of all attacks, picture by picture</span></caption>
    <thead><tr><th scope="col">Budget</th><th scope="col" class="figure">Robust accuracy</th>\
    <th scope="col" class="figure">95 % interval</th><th scope="col" class="figure">Fooled</th>\
    <th scope="col" class="figure">Held</th><th scope="col" class="figure">Invalid</th>\
    <th scope="col" class="figure">Already wrong</th>\
    {{#gate}}<th scope="col">Gate</th>{{/gate}}</tr></thead>
    <tbody>
    {{#budgets}}
    <tr><th scope="row">{{threat}}</th><td class="figure"><b>{{accuracy}}</b></td>\
    <td class="figure">{{interval}}</td><td class="figure">{{fooled}}</td>\
    <td class="figure">{{held}}</td><td class="figure">{{invalid}}</td>\
    <td class="figure">{{wrong}}</td>{{#gate}}<td>{{gateWord}}</td>{{/gate}}</tr>
    {{/budgets}}
    </tbody>
    </table>
    </div>
    <p class="faint">Without an attack: {{cleanAccuracy}}.</p>
    \(LineChartView.template)
    {{#attackChart}}
    <figure>
    {{{svg}}}
    <figcaption>{{summary}}</figcaption>
    </figure>
    {{/attackChart}}
    </section>
    """

  static let attacks = """
    {{#hasAttacks}}
    <section aria-labelledby="attacks">
    <h2 id="attacks">Attacks</h2>
    <div class="scroll" role="region" aria-labelledby="attacks" tabindex="0">
    <table class="attacks">
    <caption><span>Each attack under each budget; perturbations are those that fooled the model</span></caption>
    <thead><tr><th scope="col">Attack</th><th scope="col">Budget</th>\
    <th scope="col" class="figure">Robust accuracy</th><th scope="col" class="figure">Fooled</th>\
    <th scope="col" class="figure">Invalid</th><th scope="col" class="figure">Error rate</th>\
    <th scope="col" class="figure">Mean confidence<br/>in wrong answers</th>\
    <th scope="col" class="figure">Perturbation<br/>largest, median</th>\
    <th scope="col" class="figure">Passes<br/>forward, backward</th>\
    <th scope="col" class="figure">Time</th></tr></thead>
    <tbody>
    {{#attacks}}
    <tr><th scope="row">{{name}}{{#group}}<small>in {{.}}</small>{{/group}}</th>\
    <td>{{threat}}<small>{{pixels}} pixels</small></td>\
    <td class="figure"><b>{{accuracy}}</b><small>{{interval}}</small></td>\
    <td class="figure">{{fooled}}</td><td class="figure">{{invalid}}</td>\
    <td class="figure">{{errorRate}}</td><td class="figure">{{confidence}}</td>\
    <td class="figure">{{maximum}}<small>{{median}}</small></td>\
    <td class="figure">{{forward}}<small>{{backward}}</small></td>\
    <td class="figure">{{duration}}</td></tr>
    {{/attacks}}
    </tbody>
    </table>
    </div>
    </section>
    {{/hasAttacks}}
    """

  static let classes = """
    {{#classSection}}
    <section aria-labelledby="classes">
    <h2 id="classes">Classes</h2>
    <figure>
    {{{chart}}}
    <figcaption>{{summary}}{{#rest}} {{.}}{{/rest}}</figcaption>
    </figure>
    <details class="all"><summary>All classes as a table</summary>
    <div class="scroll" role="region" aria-label="Classes" tabindex="0">
    <table>
    <caption><span>Robust accuracy of each class under each budget, with 95 % intervals</span></caption>
    <thead><tr><th scope="col">Class</th><th scope="col" class="figure">Pictures</th>\
    <th scope="col" class="figure">No attack</th>\
    {{#columns}}<th scope="col" class="figure">{{.}}</th>{{/columns}}</tr></thead>
    <tbody>
    {{#classes}}
    <tr><th scope="row">{{className}}</th><td class="figure">{{pictures}}</td>\
    <td class="figure">{{clean}}</td>\
    {{#robust}}<td class="figure">{{.}}</td>{{/robust}}</tr>
    {{/classes}}
    </tbody>
    </table>
    </div>
    </details>
    </section>
    {{/classSection}}
    """
}
