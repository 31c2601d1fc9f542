import Foundation
public import Imaging
import TensorModule
import ThreatModels

/// A folder that holds what an attack made: `run.json` and pictures by kind and sample.
public struct RunFolder: Hashable, Sendable {
  /// The kinds of pictures, each in a folder of its own.
  public enum Kind: String, Hashable, Sendable, CaseIterable {
    /// The picture as the model saw it before the attack.
    case original
    /// The picture that the attack made.
    case adversarial
    /// The difference, amplified.
    case perturbation
    /// All three side by side, for people.
    case comparison
  }

  /// The path of the folder.
  public let path: String

  /// Whether it holds an attack on a service instead of a run: `oracle.json`.
  public var holdsOracleAttack: Bool { FileManager.default.fileExists(atPath: oraclePath) }

  /// Opens a folder that holds a run, or an attack on a service.
  ///
  /// - Throws: ``RunFolderError/missing(_:)`` if there is no such folder, or neither `run.json` nor
  ///   `oracle.json` in it.
  public init(opening path: String) throws(RunFolderError) {
    self.path = path
    guard FileManager.default.fileExists(atPath: manifestPath) || holdsOracleAttack else {
      throw .missing(path)
    }
  }

  /// Makes a folder for a new run.
  ///
  /// - Parameters:
  ///   - path: a folder that is empty or does not exist; its parent folders are made too.
  ///   - replacing: whether an earlier run in it may be replaced. Anything else stays refused.
  /// - Throws: ``RunFolderError`` when the folder holds something or cannot be made.
  public init(creating path: String, replacing: Bool) throws(RunFolderError) {
    self.path = path
    let files = FileManager.default
    let all = Set((try? files.contentsOfDirectory(atPath: path)) ?? [])
    let leftOver = all.filter(Self.isLeftOver)
    let contents = all.subtracting(leftOver)
    if !contents.isEmpty {
      // A run that was cut short has no run.json yet, but nothing that is not ours either.
      let ours = Kind.allCases.map(\.rawValue) + ["run.json", "index.html", "oracle.json"]
      guard contents.contains("run.json") || contents.isSubset(of: ours) else {
        throw .occupied(path)
      }
      guard replacing else { throw .holdsRun(path) }
    }
    do {
      let earlier = contents.intersection(["run.json", "oracle.json", "index.html"])
      for name in earlier.union(leftOver) {
        try files.removeItem(atPath: "\(path)/\(name)")
      }
      for kind in Kind.allCases {
        let folder = "\(path)/\(kind.rawValue)"
        if files.fileExists(atPath: folder) { try files.removeItem(atPath: folder) }
        try files.createDirectory(atPath: folder, withIntermediateDirectories: true)
      }
    } catch {
      throw .unwritable(path, because: error)
    }
  }

  /// The path of a picture inside the folder, such as `adversarial/0007-stop.png`.
  public static func relativePath(of kind: Kind, sample name: String) -> String {
    "\(kind.rawValue)/\(name).png"
  }

  /// Writes a picture.
  ///
  /// - Throws: ``RunFolderError/imaging(_:)``.
  public func write(
    _ picture: Picture, as kind: Kind, ofSample name: String
  ) throws(RunFolderError) {
    do {
      try picture.write(toPNG: "\(path)/\(Self.relativePath(of: kind, sample: name))")
    } catch {
      throw .imaging(error)
    }
  }

  /// Reads a picture back.
  ///
  /// - Throws: ``RunFolderError/imaging(_:)``.
  public func picture(
    _ kind: Kind, ofSample name: String
  ) throws(RunFolderError) -> Picture {
    guard Self.isSafe(name) else { throw .malformed(path, "the sample name “\(name)”") }
    do {
      return try Picture(
        contentsOf: "\(path)/\(Self.relativePath(of: kind, sample: name))")
    } catch {
      throw .imaging(error)
    }
  }

  /// Writes an adversarial point that is not on the 8-bit grid, as little-endian 32-bit numbers.
  ///
  /// - Parameters:
  ///   - point: channels, rows, columns.
  ///   - name: the sample.
  public func write(point: [Float], ofSample name: String) throws(RunFolderError) {
    do {
      try Data(littleEndian: point).write(to: URL(filePath: pointPath(name)), options: .atomic)
    } catch {
      throw .unwritable(path, because: error)
    }
  }

  /// Reads such a point back.
  ///
  /// - Parameters:
  ///   - name: the sample.
  ///   - count: how many numbers there must be.
  public func point(ofSample name: String, count: Int) throws(RunFolderError) -> [Float] {
    guard Self.isSafe(name) else { throw .malformed(path, "the sample name “\(name)”") }
    guard let bytes = try? Data(contentsOf: URL(filePath: pointPath(name))),
      let numbers = bytes.littleEndianFloats(count: count)
    else { throw .malformed(path, "the point of \(name)") }
    return numbers
  }

  /// Writes `run.json`, last of all, so that a folder with it is complete.
  public func write(_ manifest: RunManifest) throws(RunFolderError) {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    do {
      try encoder.encode(manifest).write(to: URL(filePath: manifestPath), options: .atomic)
    } catch {
      throw .unwritable(path, because: error)
    }
  }

  /// Reads `run.json`.
  ///
  /// - Throws: ``RunFolderError/malformed(_:_:)`` if it is not what this version writes.
  public func manifest() throws(RunFolderError) -> RunManifest {
    guard let data = FileManager.default.contents(atPath: manifestPath) else {
      throw .missing(path)
    }
    guard let manifest = try? JSONDecoder().decode(RunManifest.self, from: data),
      manifest.formatVersion == 1
    else { throw .malformed(path, "run.json") }
    guard manifest.threat.budget.isSound else {
      throw .malformed(path, "the budget in run.json")
    }
    return manifest
  }

  private var manifestPath: String { "\(path)/run.json" }

  /// Where the results of an attack on a service are.
  public var oraclePath: String { "\(path)/oracle.json" }

  private func pointPath(_ name: String) -> String {
    "\(path)/\(Kind.adversarial.rawValue)/\(name).f32"
  }

  /// Whether a sample's name from a file stays inside the folder.
  public static func isSafe(_ name: String) -> Bool {
    !name.isEmpty && !name.contains("/") && !name.contains("\0") && !name.hasPrefix(".")
  }
}
