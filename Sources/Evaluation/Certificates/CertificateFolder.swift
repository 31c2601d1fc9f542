public import Foundation

/// A folder that holds a certification: its journal, and what is made from it.
public struct CertificateFolder: Hashable, Sendable {
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
  public func prepare() throws(RunFolderError) {
    let files = FileManager.default
    let contents = (try? files.contentsOfDirectory(atPath: path)) ?? []
    guard contents.isEmpty || holdsCertification else { throw .occupied(path) }
    do {
      try files.createDirectory(atPath: path, withIntermediateDirectories: true)
    } catch {
      throw .unwritable(path, because: error)
    }
  }

  /// Deletes an earlier certification, if there is one, and nothing else.
  public func removeCertification() throws(RunFolderError) {
    guard holdsCertification else { return }
    let ours =
      [journalPath, "\(journalPath)-journal"] + Product.allCases.map { "\(path)/\($0.rawValue)" }
    do {
      for file in ours where FileManager.default.fileExists(atPath: file) {
        try FileManager.default.removeItem(atPath: file)
      }
    } catch {
      throw .unwritable(path, because: error)
    }
  }

  /// What is in one of the files that are made from the journal; nothing if there is no such file.
  public func contents(of product: Product) -> Data? {
    FileManager.default.contents(atPath: "\(path)/\(product.rawValue)")
  }

  /// Writes one of the files that are made from the journal.
  public func write(_ text: String, as product: Product) throws(RunFolderError) {
    do {
      try Data(text.utf8).write(
        to: URL(filePath: path).appending(path: product.rawValue), options: .atomic)
    } catch {
      throw .unwritable(path, because: error)
    }
  }
}
