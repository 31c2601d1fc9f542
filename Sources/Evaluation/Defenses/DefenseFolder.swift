import Foundation

/// A folder that holds three evaluations of one model and what comes of comparing them.
public struct DefenseFolder: ProductFolder {
  /// The evaluations, each in a folder of its name.
  public enum Part: String, Hashable, Sendable, CaseIterable {
    /// The model without the defence.
    case undefended
    /// With the defence, which the attacker does not know.
    case naive
    /// With the defence, which the attacker knows.
    case adaptive
  }

  /// The files that are made from the three.
  public enum Product: String, Hashable, Sendable, CaseIterable {
    /// The page for people.
    case page = "report.html"
    /// Everything for programs.
    case comparison = "comparison.json"
    /// The summary for a pull request.
    case summary = "summary.md"
  }

  /// The path of the folder.
  public let path: String

  /// A folder, whether it is there or not.
  public init(_ path: String) {
    self.path = path
  }

  /// The folder of one of the evaluations.
  public func evaluation(_ part: Part) -> EvaluationFolder {
    EvaluationFolder("\(path)/\(part.rawValue)")
  }

  /// Whether a comparison was begun there.
  public var holdsComparison: Bool {
    Part.allCases.contains { evaluation($0).holdsEvaluation }
  }

  /// Makes the folder ready for a comparison.
  ///
  /// - Throws: ``RunFolderError`` when it holds something else or cannot be made.
  public func prepare() throws(RunFolderError) {
    let contents = (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []
    guard Set(contents).isSubset(of: Part.allCases.map(\.rawValue)) || holdsComparison else {
      throw .occupied(path)
    }
    for part in Part.allCases { try evaluation(part).prepare() }
  }

  /// Deletes an earlier comparison, if there is one, and nothing else.
  public func removeComparison() throws(RunFolderError) {
    guard holdsComparison else { return }
    for part in Part.allCases { try evaluation(part).removeEvaluation() }
    try removeProducts()
  }
}
