extension EvaluationTemplate {
  static let gallery = """
    {{#gallery}}
    <section aria-labelledby="gallery">
    <h2 id="gallery">Surest wrong answers</h2>
    <p>{{explanation}}</p>
    <ul class="cards">
    {{#cards}}
    <li class="newlyWrong">
    <article>
    <h3>{{name}}</h3>
    \(Triptych.template)
    <p class="change"><b>{{before}}</b> {{beforeConfidence}} \
    <span role="img" aria-label="became">→</span> <b class="after">{{after}}</b> \
    {{afterConfidence}}</p>
    <dl>
    <div><dt>label</dt><dd>{{label}}</dd></div>
    <div><dt>distance {{norm}}</dt><dd>{{distance}}</dd></div>
    <div><dt>attack</dt><dd>{{attack}}</dd></div>
    </dl>
    </article>
    </li>
    {{/cards}}
    </ul>
    </section>
    {{/gallery}}
    """
}
