import Evaluation
import Foundation
import Imaging
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

  /// Original, perturbation and adversarial picture as addresses that hold the pictures themselves.
  struct Triptych {
    let original, change, adversarial, factor, sharpness: String
    let width, height: Int

    /// Pictures up to this size are enlarged with sharp pixels.
    private static let sharpUpTo = 128
    /// Larger pictures are made smaller, so that the page stays small.
    private static let largestSide = 256

    /// Nothing if the pictures are not of one shape.
    init?(original: Picture, adversarial: Picture, threat: ThreatModel) {
      guard
        original.width == adversarial.width && original.height == adversarial.height
          && original.channels == adversarial.channels
      else { return nil }
      let perturbation = PerturbationPicture(
        original: original, adversarial: adversarial,
        budget: threat.budget.norm == .linf ? threat.pixelSteps : nil)
      let addresses = [original, perturbation.picture, adversarial].compactMap { picture in
        picture.fitted(into: Self.largestSide).dataAddress
      }
      guard addresses.count == 3 else { return nil }
      (self.original, change, self.adversarial) = (addresses[0], addresses[1], addresses[2])
      factor = String(perturbation.factor)
      (width, height) = (original.width, original.height)
      sharpness = max(width, height) <= Self.sharpUpTo ? "sharp" : "smooth"
    }
  }
}

extension Picture {
  /// The picture, made smaller if a side is longer than a limit.
  fileprivate func fitted(into side: Int) -> Picture {
    let longest = max(width, height)
    guard longest > side else { return self }
    return resized(
      width: max(1, width * side / longest), height: max(1, height * side / longest))
  }

  /// The picture as an address that holds a PNG file.
  fileprivate var dataAddress: String? {
    guard let png = try? pngData() else { return nil }
    return "data:image/png;base64," + Data(png).base64EncodedString()
  }
}
