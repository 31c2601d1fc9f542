import Evaluation
import Imaging
import ThreatModels

/// What is learned from, and what agreement is measured on, with the service's answers.
struct SubstituteLessons {
  /// What was asked in all rounds, and what the service answered.
  var pictures: [Picture] = []
  var labels: [Int] = []
  /// What nothing learns from, and what the service answered.
  var heldOut: [Picture] = []
  var expected: [Int] = []

  /// How well a model agrees with the service.
  struct Agreement {
    /// On what was asked.
    let learned: Proportion
    /// On what is held out; nothing if nothing is.
    let heldOut: Proportion?

    /// Whether another one may be of the same weights.
    func isNear(learned: Proportion, heldOut: Proportion?) -> Bool {
      guard learned.isNear(self.learned) else { return false }
      guard let heldOut, let own = self.heldOut else { return true }
      return heldOut.isNear(own)
    }
  }

  /// How well a model agrees with the service.
  ///
  /// - Precondition: something was asked.
  func agreement(of model: any Classifier) throws -> Agreement {
    Agreement(
      learned: try model.agreement(on: pictures, with: labels),
      heldOut: heldOut.isEmpty ? nil : try model.agreement(on: heldOut, with: expected))
  }
}
