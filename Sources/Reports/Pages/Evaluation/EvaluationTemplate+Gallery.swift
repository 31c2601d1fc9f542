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
    {{#triptych}}
    <div class="triptych {{sharpness}}">
    <figure><img src="{{original}}" width="{{width}}" height="{{height}}" alt="Original of \
    {{name}}"/><figcaption>original</figcaption></figure>
    <figure><img src="{{change}}" width="{{width}}" height="{{height}}" alt="Perturbation of \
    {{name}}, amplified {{factor}} times"/><figcaption>perturbation ×{{factor}}</figcaption></figure>
    <figure><img src="{{adversarial}}" width="{{width}}" height="{{height}}" alt="Adversarial \
    picture of {{name}}"/><figcaption>adversarial</figcaption></figure>
    </div>
    {{/triptych}}
    {{^triptych}}
    <p class="faint">The pictures were not kept.</p>
    {{/triptych}}
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
