public import Attacks
import ThreatModels

/// A substitute and further models that learned from the same answers, as one.
///
/// Examples that fool all of them are likelier to fool the service: Liu, Chen, Liu and Song 2017, “Delving into
/// transferable adversarial examples and black-box attacks”.
public struct SubstituteEnsemble {
  /// How far the models beside the substitute are.
  public enum Progress: Hashable, Sendable {
    /// One of them learns: how many batches are done.
    case learning(SubstituteSetup.Model, done: Int, of: Int)
    /// One of them has learned.
    case finished(SubstituteMember)
  }

  /// All of them as attacks see them, the substitute first.
  public let classifier: ClassifierEnsemble
  /// What came of it.
  public let results: SubstituteResults.Ensemble
}
