import Evaluation

/// A finding as templates want it.
struct FindingView {
  let heading, word, kind, observation, advice: String

  init(_ finding: Finding) {
    heading = finding.kind.title
    word = finding.severity.word
    kind = finding.severity == .warning ? "newlyWrong" : "initiallyWrong"
    observation = finding.observation.typeset
    advice = finding.advice.typeset
  }

  /// The HTML of one.
  static let template = """
    <article class="finding {{kind}}">
    <h3>{{heading}} <span class="badge">{{word}}</span></h3>
    <p>{{observation}}</p>
    <p><b>What to do:</b> {{advice}}</p>
    </article>
    """
}
