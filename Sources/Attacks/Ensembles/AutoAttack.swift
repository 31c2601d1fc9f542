public import ThreatModels

/// The ensemble by which published defences are compared, with the reference parameters.
///
/// Each member works on the pictures that the earlier ones have not fooled. With fewer than four
/// classes the targeted difference of logits ratio is not defined, with two the untargeted one is not
/// either; the plain margin stands for them.
///
/// Croce and Hein 2020, “Reliable evaluation of adversarial robustness with an ensemble of diverse
/// parameter-free attacks”; for L1 Croce and Hein 2021, “Mind the box”.
public struct AutoAttack: AttackEnsemble {
  /// Which attacks.
  public enum Version: String, Hashable, Codable, Sendable, CaseIterable {
    /// APGD-CE, APGD-T, FAB-T, Square: what published robust accuracies mean.
    case standard
    /// Six attacks with more restarts: APGD-CE, APGD-DLR, FAB, Square, APGD-T, FAB-T.
    case plus
    /// APGD-CE and APGD-DLR, averaged over 20 answers at each step: for models that are random.
    case rand
  }

  /// Which attacks.
  public var version: Version

  /// The ensemble.
  public init(version: Version = .standard) {
    self.version = version
  }

  /// `AutoAttack`, with the version unless it is the standard one.
  public var title: String {
    version == .standard ? Self.name : "\(Self.name) (\(version.rawValue))"
  }

  /// The attacks of the version.
  public func members(in norm: Norm, classCount: Int) -> [any Attack] {
    let targets = min(classCount - 1, norm == .l1 && version == .standard ? 5 : 9)
    let targetedAPGD = APGD(loss: .targetedDLR, restarts: 1, targetClasses: targets)
    let targetedFAB = FAB(targetClasses: min(classCount - 1, 9))
    switch version {
    case .standard:
      let first = APGD(loss: .crossEntropy, restarts: norm == .l1 ? 5 : 1)
      return [first, targetedAPGD, targetedFAB] + square(in: norm)
    case .plus:
      let first: [any Attack] = [
        APGD(loss: .crossEntropy, restarts: 5), APGD(loss: .dlr, restarts: 5),
        FAB(targetClasses: nil, restarts: 5),
      ]
      return first + square(in: norm) + [targetedAPGD, targetedFAB]
    case .rand:
      return [
        APGD(loss: .crossEntropy, restarts: 1, samplesPerStep: 20),
        APGD(loss: .dlr, restarts: 1, samplesPerStep: 20),
      ]
    }
  }

  /// Square knows no L1; there the other members stand alone.
  private func square(in norm: Norm) -> [any Attack] {
    SquareAttack.norms.contains(norm) ? [SquareAttack()] : []
  }
}
