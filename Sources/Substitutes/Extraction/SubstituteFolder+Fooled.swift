import Foundation

extension SubstituteFolder {
  /// The folder with pictures that fool the service.
  static let fooledName = "fooled"

  /// Makes the folders for pictures that fool the service, one for each attack; what an earlier run left there is
  /// gone.
  ///
  /// - Parameter count: how many attacks there are.
  public func makeFoldersOfFooled(count: Int) throws(SubstituteError) {
    let files = FileManager.default
    let place = "\(path)/\(Self.fooledName)"
    do {
      if files.fileExists(atPath: place) { try files.removeItem(atPath: place) }
      for attack in 0..<count {
        for kind in Kind.allCases {
          try files.createDirectory(
            atPath: folderOfFooled(kind, byAttack: attack), withIntermediateDirectories: true)
        }
      }
    } catch {
      throw .unwritable(place, error.localizedDescription)
    }
  }

  /// The paths of a picture that fools the service, as it was and as it is.
  ///
  /// - Parameters:
  ///   - name: of the picture.
  ///   - attack: the number of the attack among the results' transfers.
  public func pathsOfFooled(
    _ name: String, byAttack attack: Int
  ) -> (original: String, adversarial: String) {
    (
      "\(folderOfFooled(.original, byAttack: attack))/\(name).png",
      "\(folderOfFooled(.adversarial, byAttack: attack))/\(name).png"
    )
  }

  /// The names of the pictures that are kept of an attack.
  func namesOfFooled(byAttack attack: Int) -> Set<String> {
    let files = FileManager.default
    let names = Kind.allCases.flatMap {
      (try? files.contentsOfDirectory(atPath: folderOfFooled($0, byAttack: attack))) ?? []
    }
    return Set(names.filter { $0.hasSuffix(".png") }.map { String($0.dropLast(4)) })
  }

  /// The names of folders with pictures of other attacks than the first ones.
  func namesOfAttacks(besides count: Int) -> [String] {
    let own = Set((0..<count).map { "\($0 + 1)" })
    let names = try? FileManager.default.contentsOfDirectory(atPath: "\(path)/\(Self.fooledName)")
    return (names ?? []).filter { !own.contains($0) && !$0.hasPrefix(".") }.sorted()
  }

  private enum Kind: String, CaseIterable {
    case original, adversarial
  }

  private func folderOfFooled(_ kind: Kind, byAttack attack: Int) -> String {
    "\(path)/\(Self.fooledName)/\(attack + 1)/\(kind.rawValue)"
  }
}
