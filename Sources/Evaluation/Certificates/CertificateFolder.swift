import Foundation

/// A folder that holds a certification: its journal, and what is made from it.
public struct CertificateFolder: ProductFolder {
  /// The files that are made from the journal.
  public enum Product: String, Hashable, Sendable, CaseIterable {
    /// The page for people.
    case page = "certificates.html"
    /// Everything for programs.
    case results = "certificates.json"
  }

  /// The path of the folder.
  public let path: String

  /// A folder, whether it is there or not.
  public init(_ path: String) {
    self.path = path
  }

  /// The path of the journal.
  public var journalPath: String { "\(path)/certificates.sqlite" }

  /// Whether a certification was begun there.
  public var holdsCertification: Bool { FileManager.default.fileExists(atPath: journalPath) }

  /// Makes the folder ready for a certification.
  ///
  /// - Throws: ``RunFolderError`` when it holds something else or cannot be made.
  public func prepare() throws(RunFolderError) { try make(unlessOccupied: holdsCertification) }

  /// Deletes an earlier certification, if there is one, and nothing else.
  public func removeCertification() throws(RunFolderError) {
    if holdsCertification { try removeProducts(andJournal: journalPath) }
  }
}
