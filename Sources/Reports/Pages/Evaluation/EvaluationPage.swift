public import Evaluation
public import Imaging
import Mustache

/// The report of an evaluation as one HTML file that holds all it shows.
///
/// The page loads nothing and runs no script. It can be read on a phone, in the dark, on paper and
/// with a screen reader.
public struct EvaluationPage {
  /// The picture before an attack and the one after it.
  public typealias PicturePair = (original: Picture, adversarial: Picture)

  /// The pictures of an attack (a number in the results' attacks) on a sample (a number in the
  /// results' samples); nothing if they are not kept.
  public typealias PictureSource = (_ attack: Int, _ sample: Int) -> PicturePair?

  /// What was found.
  public var results: EvaluationResults
  /// Whether that was enough; nothing if nobody demanded anything.
  public var gate: GateVerdict?
  /// The command line that makes the same results again.
  public var command: String
  /// Where the pictures of wrong answers come from.
  public var pictures: PictureSource

  /// How many wrong answers are shown with their pictures.
  public static let galleryLimit = 24

  /// A page.
  public init(
    _ results: EvaluationResults, gate: GateVerdict? = nil, command: String,
    pictures: @escaping PictureSource = { _, _ in nil }
  ) {
    self.results = results
    self.gate = gate
    self.command = command
    self.pictures = pictures
  }

  /// The page, ready to be written as `report.html` in UTF-8.
  public var html: String { EvaluationTemplate.template.render(EvaluationView(self)) }
}
