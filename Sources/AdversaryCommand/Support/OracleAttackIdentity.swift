import Adversary

/// What tells one attack on a service from another.
struct OracleAttackIdentity: Equatable {
  let service: OracleIdentity
  let picturesSentAs: String
  let attack: RunManifest.AttackSettings
  let threat: ThreatModel
  let target: Int?
  let substitutes: [SubstituteSetup.Model]
  let fusion: ClassifierEnsemble.Fusion?
  let substituteOptions: [String: String]?
  let seed: UInt64

  init(of results: OracleAttackResults) {
    service = results.service
    picturesSentAs = results.picturesSentAs
    attack = results.attack
    threat = results.threat
    target = results.target
    substitutes = results.substitutes
    fusion = results.ensemble?.fusion
    substituteOptions = results.substituteOptions
    seed = results.seed
  }

  /// Whether a folder holds this attack on the first pictures of a data set, or pictures of one that was cut
  /// short before it could say what it was.
  ///
  /// - Parameters:
  ///   - path: of the folder.
  ///   - dataset: the pictures.
  ///   - classes: of which its labels are.
  ///   - label: the class of pictures without one; the service's own answer if nothing.
  func isAtWork(
    in path: String, on dataset: any Dataset, of classes: ServiceClasses, label: Int?
  ) -> Bool {
    if RunFolder.holdsUnfinishedOracleAttack(at: path) { return true }
    guard let folder = try? RunFolder(opening: path), folder.holdsOracleAttack,
      let earlier = try? OracleAttackResults(in: folder), Self(of: earlier) == self
    else { return false }
    var numbers = (0..<dataset.count).makeIterator()
    return earlier.samples.allSatisfy { sample in
      while let number = numbers.next() {
        guard var now = (try? dataset.sample(at: number)).map(classes.relabelled) else {
          return false
        }
        now.label = now.label ?? label
        if leavesOut(now) { continue }
        return now.name == sample.name && sample.label == now.label ?? sample.clean
      }
      return false
    }
  }

  /// Whether a picture is not attacked, because it is of the class that it would have to be taken for.
  ///
  /// Without a label only the service can tell, and it is asked first.
  func leavesOut(_ sample: LabelledPicture) -> Bool {
    target != nil && sample.label == target
  }
}
