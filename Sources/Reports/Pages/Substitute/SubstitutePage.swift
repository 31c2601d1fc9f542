public import Evaluation
public import Imaging
import Mustache
public import Substitutes
import ThreatModels

/// A page about a substitute: the verdict, agreement by queries, attacks, and pictures that fool the service.
///
/// The page is one HTML file that loads nothing and runs no script.
public struct SubstitutePage: Hashable, Sendable {
  /// A picture that fools the service.
  public struct Success: Hashable, Sendable {
    /// The name of the picture.
    public var name: String
    /// Its true class.
    public var label: String
    /// What the service takes it for now.
    public var answer: String
    /// The number of the attack among the results' transfers.
    public var transfer: Int
    /// How far the point is from the picture, in words.
    public var distances: Distances
    /// Both pictures.
    public var original, adversarial: Picture

    /// A success.
    public init(
      name: String, label: String, answer: String, transfer: Int, distances: Distances,
      original: Picture, adversarial: Picture
    ) {
      self.name = name
      self.label = label
      self.answer = answer
      self.transfer = transfer
      self.distances = distances
      self.original = original
      self.adversarial = adversarial
    }
  }

  /// How many pictures a page shows at most.
  public static let galleryLimit = 24

  /// What was found.
  public var results: SubstituteResults
  /// Some pictures that fool the service.
  public var successes: [Success]
  /// The command line that makes the same results again.
  public var command: String

  /// A page.
  public init(_ results: SubstituteResults, successes: [Success], command: String) {
    self.results = results
    self.successes = successes
    self.command = command
  }

  /// The page, ready to be written in UTF-8.
  public var html: String { SubstituteTemplate.template.render(SubstituteView(self)) }
}
