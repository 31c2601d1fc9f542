import Evaluation
import ThreatModels

extension EvaluationView {
  /// The wrong answers that the model is surest of, with pictures.
  struct WrongAnswers {
    let explanation: String
    let cards: [Card]

    init?(of page: EvaluationPage) {
      let results = page.results
      let answers = results.surestWrongAnswers(atMost: EvaluationPage.galleryLimit)
      guard !answers.isEmpty else { return nil }
      let fooled = results.defeatedCount
      let choice =
        answers.count < fooled
        ? "These are the \(answers.count) wrong answers that it is surest of"
        : "These are its wrong answers, surest first"
      explanation =
        "At least one attack fooled the model on \(fooled.of("picture")). \(choice), each under the "
        + "attack that made it surest."
      cards = answers.map { Card($0, of: results, pictures: page.pictures) }
    }
  }

  /// One wrong answer.
  struct Card {
    let name, label, before, beforeConfidence, after, afterConfidence: String
    let attack, distance, norm: String
    let triptych: Triptych?

    init(
      _ answer: WrongAnswer, of results: EvaluationResults,
      pictures: EvaluationPage.PictureSource
    ) {
      let sample = results.samples[answer.sample]
      let result = results.attacks[answer.attack]
      name = sample.name.typeset
      label = results.setup.name(ofClass: sample.label).typeset
      before = sample.clean.className.typeset
      beforeConfidence = sample.clean.confidence.asPercentage.typeset
      after = answer.defeat.prediction.className.typeset
      afterConfidence = answer.defeat.prediction.confidence.asPercentage.typeset
      attack = "\(result.fullName), \(result.threat.words)".typeset
      norm = result.threat.budget.norm.description
      distance = answer.defeat.distances.words(in: result.threat.budget.norm)
      triptych = pictures(answer.attack, answer.sample).flatMap { pair in
        Triptych(original: pair.original, adversarial: pair.adversarial, threat: result.threat)
      }
    }
  }
}
