import Foundation
import ProgramFormats
public import ProgramRuntime

/// A folder that holds a training run: what it is, how far it is, and the models that came of it.
public struct TrainingFolder: Hashable, Sendable {
  /// The files besides models.
  public enum File: String, Hashable, Sendable, CaseIterable {
    /// What the run is.
    case setup = "training.json"
    /// How far it is.
    case checkpoint = "checkpoint.safetensors"
    /// A line for each epoch.
    case metrics = "metrics.jsonl"
  }

  /// The models that a run writes.
  public enum Model: String, Hashable, Sendable, CaseIterable {
    /// As the last epoch left it.
    case last
    /// As the epoch left it that did best on the validation pictures.
    case best
  }

  /// The path of the folder.
  public let path: String

  /// A folder, whether it is there or not.
  public init(_ path: String) {
    self.path = path
  }

  /// The path of a file.
  public func path(of file: File) -> String { "\(path)/\(file.rawValue)" }

  /// The path of a model: `last.pt2`, or `last-auxiliary-1.pt2` for the first auxiliary branch.
  ///
  /// - Parameters:
  ///   - model: which one.
  ///   - branch: with whose batch-norm weights.
  ///   - fileType: `pt2` or `safetensors`.
  public func path(
    of model: Model, branch: TrainableWeights.Branch = .main, as fileType: String = "pt2"
  ) -> String {
    switch branch {
    case .main: "\(path)/\(model.rawValue).\(fileType)"
    case .auxiliary(let number): "\(path)/\(model.rawValue)-auxiliary-\(number + 1).\(fileType)"
    }
  }

  /// Whether a run was begun there.
  public var holdsRun: Bool { FileManager.default.fileExists(atPath: path(of: .setup)) }

  /// Makes the folder ready for a run.
  ///
  /// - Throws: ``TrainingRunError`` when it holds something else or cannot be made.
  public func prepare() throws(TrainingRunError) {
    let files = FileManager.default
    // A process that is killed at once leaves a beginning of the first file.
    let contents = ((try? files.contentsOfDirectory(atPath: path)) ?? [])
      .filter { !$0.hasPrefix(File.setup.rawValue) }
    guard contents.isEmpty || holdsRun else { throw .occupied(path) }
    do {
      try files.createDirectory(atPath: path, withIntermediateDirectories: true)
    } catch {
      throw .unwritable(path, error.reason)
    }
    guard access(path, W_OK) == 0 else { throw .unwritable(path, String(cString: strerror(errno))) }
  }

  /// Deletes an earlier run, if there is one, and nothing else.
  func removeRun() throws(TrainingRunError) {
    guard holdsRun else { return }
    do {
      // What says that a run is here goes last.
      for name in ownNames.sorted(by: { _, right in right == File.setup.rawValue }) {
        try FileManager.default.removeItem(atPath: "\(path)/\(name)")
      }
    } catch {
      throw .unwritable(path, error.reason)
    }
  }

  /// Removes what killed processes left behind.
  func removeLeftovers() {
    for name in ownNames where FileReplacement.isLeftover(name) {
      try? FileManager.default.removeItem(atPath: "\(path)/\(name)")
    }
  }

  /// The names of all files of a run that are there.
  private var ownNames: [String] {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []
    return names.filter { name in
      File.allCases.contains { name.hasPrefix($0.rawValue) }
        || Model.allCases.contains { model in
          name.hasPrefix("\(model.rawValue).") || name.hasPrefix("\(model.rawValue)-auxiliary-")
        }
    }
  }
}

extension Error {
  /// The reason that the operating system gives, where there is one.
  fileprivate var reason: String {
    // Foundation's own sentences speak of operations that could not be completed.
    guard let cause = (self as? CocoaError)?.underlying as? POSIXError else {
      return localizedDescription
    }
    return String(cString: strerror(cause.code.rawValue))
  }
}
