import Foundation

extension RunFolder {
  /// Whether a file is what Foundation was writing when the process was killed, before it had its name.
  static func isLeftOver(_ name: String) -> Bool { name.hasPrefix(".dat.nosync") }

  /// Whether a folder holds what an attack on a service leaves when it is cut short: originals and adversarial
  /// pictures, perhaps an earlier page, and nothing else.
  ///
  /// Attacks on models draw perturbations as well, and are told apart by them.
  public static func holdsUnfinishedOracleAttack(at path: String) -> Bool {
    func names(in folder: String) -> [String] {
      ((try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []).filter {
        !isLeftOver($0)
      }
    }
    let contents = names(in: path)
    let kinds = Kind.allCases.map(\.rawValue)
    guard contents.contains(where: kinds.contains),
      Set(contents).isSubset(of: kinds + ["index.html"])
    else {
      return false
    }
    return Kind.allCases.allSatisfy { kind in
      let files = names(in: "\(path)/\(kind.rawValue)")
      switch kind {
      case .original, .adversarial: return files.allSatisfy { $0.hasSuffix(".png") }
      case .perturbation, .comparison: return files.isEmpty
      }
    }
  }
}
