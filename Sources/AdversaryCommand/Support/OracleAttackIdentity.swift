import Adversary
import Foundation

/// What tells one attack on a service from another, in the words of `oracle.json`.
struct OracleAttackIdentity: Decodable, Equatable {
  let service: OracleIdentity
  let picturesSentAs: String
  let attack: RunManifest.AttackSettings
  let threat: ThreatModel
  let target: Int?
  let substitute: String?
  let seed: UInt64

  init(of results: OracleAttackResults) {
    service = results.service
    picturesSentAs = results.picturesSentAs
    attack = results.attack
    threat = results.threat
    target = results.target
    substitute = results.substitute
    seed = results.seed
  }

  /// Whether a folder holds this attack on the first pictures of a data set, or pictures of one that was cut
  /// short before it could say what it was.
  func isAtWork(in path: String, on dataset: any Dataset) -> Bool {
    if RunFolder.holdsUnfinishedOracleAttack(at: path) { return true }
    guard let folder = try? RunFolder(opening: path), folder.holdsOracleAttack,
      let data = FileManager.default.contents(atPath: folder.oraclePath),
      let earlier = try? JSONDecoder().decode(Self.self, from: data), earlier == self,
      let pictures = try? JSONDecoder().decode(Pictures.self, from: data)
    else { return false }
    return pictures.samples.count <= dataset.count
      && pictures.samples.enumerated().allSatisfy { number, sample in
        (try? dataset.sample(at: number))?.name == sample.name
      }
  }
}

/// The pictures that `oracle.json` tells of.
private struct Pictures: Decodable {
  struct Sample: Decodable {
    let name: String
  }

  let samples: [Sample]
}
