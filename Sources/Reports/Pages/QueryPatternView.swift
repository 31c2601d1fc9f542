import Oracles

/// What a service could have noticed, as templates want it.
struct QueryPatternView {
  let sentences: [String]
  let window: String
  let bins: [Bin]
  let hasBins: Bool

  struct Bin {
    let distance, queries, share: String
  }

  init(_ pattern: QueryPattern) {
    sentences = pattern.sentences.map(\.typeset)
    window = pattern.window.grouped
    let total = pattern.bins.reduce(0) { $0 + $1.queries }
    hasBins = total > 0
    bins =
      total == 0
      ? []
      : pattern.bins.map { bin in
        Bin(
          distance: "up to \(bin.steps.shortText)", queries: bin.queries.grouped,
          share: (Double(bin.queries) / Double(total)).asPercentage.typeset)
      }
  }

  /// The template of a property `noticed` of this type.
  static let template = """
    {{#noticed}}
    <section aria-labelledby="noticed">
    <h2 id="noticed">What the service could have noticed</h2>
    {{#sentences}}
    <p>{{.}}</p>
    {{/sentences}}
    {{#hasBins}}
    <div class="scroll" role="region" aria-labelledby="noticed" tabindex="0">
    <table>
    <caption><span>How far each query was from the nearest of the {{window}} before it, in steps of \
    1/255, root mean square over all values</span></caption>
    <thead><tr><th scope="col">Distance</th><th scope="col" class="figure">Queries</th>\
    <th scope="col" class="figure">Share</th></tr></thead>
    <tbody>
    {{#bins}}
    <tr><th scope="row">{{distance}}</th><td class="figure">{{queries}}</td>\
    <td class="figure">{{share}}</td></tr>
    {{/bins}}
    </tbody>
    </table>
    </div>
    {{/hasBins}}
    </section>
    {{/noticed}}
    """
}
