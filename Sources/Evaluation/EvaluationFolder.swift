import Foundation

/// A folder that holds an evaluation: its journal, and what is made from it.
public struct EvaluationFolder: ProductFolder {
  /// The files that are made from the journal, besides the journal itself.
  public enum Product: String, Hashable, Sendable, CaseIterable {
    /// The page for people.
    case page = "report.html"
    /// Everything for programs.
    case results = "results.json"
    /// The verdict for continuous integration.
    case junit = "junit.xml"
    /// The summary for a pull request.
    case summary = "summary.md"
  }

  /// The path of the folder.
  public let path: String

  /// A folder, whether it is there or not.
  public init(_ path: String) {
    self.path = path
  }

  /// The path of the journal.
  public var journalPath: String { "\(path)/journal.sqlite" }

  /// Whether an evaluation was begun there.
  public var holdsEvaluation: Bool { FileManager.default.fileExists(atPath: journalPath) }

  /// Makes the folder ready for an evaluation.
  ///
  /// - Throws: ``RunFolderError`` when it holds something else or cannot be made.
  public func prepare() throws(RunFolderError) { try make(unlessOccupied: holdsEvaluation) }

  /// Deletes an earlier evaluation, if there is one, and nothing else.
  public func removeEvaluation() throws(RunFolderError) {
    if holdsEvaluation { try removeProducts(andJournal: journalPath) }
  }
}
