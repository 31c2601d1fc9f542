import Mustache

/// The HTML of a gallery.
///
/// Two braces escape; three do not and are only for what this module made itself.
enum GalleryTemplate {
  static let template = MustacheTemplate(
    ofOurs: PageTemplate.source(body: body, loading: PageTemplate.withFiles))

  private static let body = """
    <header>
    <h1>{{title}}</h1>
    {{#verdict}}
    <p class="verdict">{{.}}</p>
    {{/verdict}}
    {{#introduction}}
    <p>{{.}}</p>
    {{/introduction}}
    </header>
    <main>
    {{#hasOverview}}
    <section aria-labelledby="overview">
    <h2 id="overview">At a glance</h2>
    <div class="scroll" role="region" aria-labelledby="overview" tabindex="0">
    <table>
    <thead><tr><th scope="col">Part</th><th scope="col" class="figure">Robust accuracy</th>\
    <th scope="col" class="figure">Pictures</th><th scope="col" class="figure">Attacked</th>\
    <th scope="col" class="figure">Fooled</th><th scope="col" class="figure">Held</th>\
    <th scope="col" class="figure">Invalid</th>\
    <th scope="col" class="figure">Already wrong</th></tr></thead>
    <tbody>
    {{#sections}}
    {{#tally}}
    <tr><th scope="row"><a href="#{{anchor}}">{{title}}</a></th>\
    <td class="figure"><b>{{robustAccuracy}}</b></td><td class="figure">{{total}}</td>\
    <td class="figure">{{attacked}}</td>\
    {{#shares}}<td class="figure">{{count}}</td>{{/shares}}</tr>
    {{/tally}}
    {{/sections}}
    </tbody>
    </table>
    </div>
    </section>
    {{/hasOverview}}
    {{#sections}}
    <section class="part" aria-labelledby="{{anchor}}">
    <h2 id="{{anchor}}">{{title}}</h2>
    {{#partVerdict}}
    <p class="part-verdict">{{.}}</p>
    {{/partVerdict}}
    {{#explanation}}
    <p>{{.}}</p>
    {{/explanation}}
    \(TallyView.template)
    \(LineChartView.template)
    {{#hasCards}}
    <ul class="cards">
    {{#cards}}
    <li class="{{kind}}">
    <article>
    <h3>{{name}} <span class="badge">{{word}}</span></h3>
    <a href="{{path}}"><img src="{{path}}" alt="Original, amplified perturbation and adversarial \
    picture of {{name}}, side by side"/></a>
    <p class="change"><b>{{before}}</b> {{beforeConfidence}}\
    {{#after}} <span aria-label="became">→</span> <b class="after">{{.}}</b>{{/after}}\
    {{#afterConfidence}} {{.}}{{/afterConfidence}}</p>
    <dl>
    <div><dt>label</dt><dd>{{label}}</dd></div>
    {{#target}}
    <div><dt>aimed at</dt><dd>{{.}}</dd></div>
    {{/target}}
    <div><dt>‖η‖<sub>∞</sub></dt><dd>{{maximum}} px</dd></div>
    <div><dt>L<sub>2</sub></dt><dd>{{l2}}</dd></div>
    </dl>
    </article>
    </li>
    {{/cards}}
    </ul>
    {{/hasCards}}
    {{#hasRows}}
    <details class="all" open=""><summary>These pictures as a table</summary>
    <div class="scroll" role="region" aria-label="Pictures of {{title}}" tabindex="0">
    <table>
    <thead><tr><th scope="col">Picture</th><th scope="col">Label</th><th scope="col">Before</th>\
    <th scope="col">After</th><th scope="col" class="figure">‖η‖<sub>∞</sub> px</th>\
    <th scope="col" class="figure">L<sub>2</sub></th><th scope="col">Result</th></tr></thead>
    <tbody>
    {{#rows}}
    <tr class="{{kind}}"><th scope="row">{{name}}</th><td>{{label}}</td>\
    <td>{{before}} <span class="faint">{{beforeConfidence}}</span></td>\
    <td>{{#after}}{{.}}{{/after}}{{^after}}–{{/after}}\
    {{#afterConfidence}} <span class="faint">{{.}}</span>{{/afterConfidence}}</td>\
    <td class="figure">{{maximum}}</td><td class="figure">{{l2}}</td>\
    <td><span class="badge">{{word}}</span></td></tr>
    {{/rows}}
    </tbody>
    </table>
    </div>
    </details>
    {{/hasRows}}
    </section>
    {{/sections}}
    {{#hasSettings}}
    <section aria-labelledby="settings">
    <h2 id="settings">Settings</h2>
    <table class="settings">
    <tbody>
    {{#settings}}
    <tr><th scope="row">{{name}}</th><td>{{value}}</td></tr>
    {{/settings}}
    </tbody>
    </table>
    </section>
    {{/hasSettings}}
    </main>
    <footer>
    <h2>How to read this page</h2>
    <dl>
    <div><dt>already wrong</dt><dd>The model was wrong before the attack, so the picture was not \
    attacked.</dd></div>
    <div><dt>attacked</dt><dd>All other pictures.</dd></div>
    <div><dt>fooled</dt><dd>The attack reached its goal within its budget, confirmed by asking the \
    model again.</dd></div>
    <div><dt>held</dt><dd>The attack did not reach its goal.</dd></div>
    <div><dt>invalid</dt><dd>The attack returned a point that is not allowed: outside the budget, \
    not a picture, or not a number.</dd></div>
    <div><dt>robust accuracy</dt><dd>The share of all pictures that were right and were not \
    fooled.</dd></div>
    <div><dt>‖η‖<sub>∞</sub></dt><dd>The largest change of any channel of any pixel, in 8-bit steps: \
    1 px is 1/255 of the range.</dd></div>
    <div><dt>L<sub>2</sub></dt><dd>The Euclidean length of the change, with pixels from 0 to \
    1.</dd></div>
    <div><dt>perturbation ×k</dt><dd>The change, amplified k times around mid-grey.</dd></div>
    </dl>
    </footer>
    """
}
