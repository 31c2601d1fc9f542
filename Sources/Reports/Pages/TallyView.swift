import Evaluation

/// The four counts as a bar and tiles.
struct TallyView {
  let total, attacked, robustAccuracy: String
  /// What became of the pictures, in the order of the bar.
  let shares: [Share]
  /// The counts that are not zero, which are the bar's parts.
  let parts: [Share]
  let description: String

  struct Share {
    let word, kind, count: String
  }

  init(_ counts: Counts) {
    let byOutcome = [
      (Outcome.newlyWrong, counts.newlyWrong), (.robust, counts.held),
      (.invalid, counts.invalid), (.initiallyWrong, counts.initiallyWrong),
    ]
    total = String(counts.total)
    attacked = String(counts.attacked)
    robustAccuracy = counts.robustAccuracyText.typeset
    shares = byOutcome.map { outcome, count in
      Share(word: outcome.word, kind: outcome.rawValue, count: String(count))
    }
    parts = shares.filter { $0.count != "0" }
    description = parts.map { "\($0.count) \($0.word)" }.joined(separator: ", ")
  }

  /// The template of a property `tally` of this type.
  static let template = """
    {{#tally}}
    <div class="bar" role="img" aria-label="{{description}}">\
    {{#parts}}<span class="{{kind}}" style="flex-grow: {{count}}"></span>{{/parts}}</div>
    <dl class="tiles">
    <div class="main"><dt>robust accuracy</dt><dd>{{robustAccuracy}}</dd></div>
    <div><dt>pictures</dt><dd>{{total}}</dd></div>
    <div><dt>attacked</dt><dd>{{attacked}}</dd></div>
    {{#shares}}
    <div class="{{kind}}"><dt>{{word}}</dt><dd>{{count}}</dd></div>
    {{/shares}}
    </dl>
    {{/tally}}
    """
}
