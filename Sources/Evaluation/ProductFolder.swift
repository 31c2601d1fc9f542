public import Foundation

/// A folder with files for people and programs that are made from what else it holds.
public protocol ProductFolder: Hashable, Sendable {
  /// The files that are made; the raw values are their names.
  associatedtype Product: RawRepresentable<String>, CaseIterable

  /// The path of the folder.
  var path: String { get }
}

extension ProductFolder {
  /// What is in one of the files that are made; nothing if there is no such file.
  public func contents(of product: Product) -> Data? {
    FileManager.default.contents(atPath: "\(path)/\(product.rawValue)")
  }

  /// Writes one of the files that are made.
  ///
  /// - Throws: ``RunFolderError/unwritable(_:_:)`` or ``RunFolderError/noRoom(_:_:)``.
  public func write(_ text: String, as product: Product) throws(RunFolderError) {
    do {
      try Data(text.utf8).write(
        to: URL(filePath: path).appending(path: product.rawValue), options: .atomic)
    } catch {
      throw .unwritable(path, because: error)
    }
  }

  /// Makes the folder, unless it holds something that is not ours.
  ///
  /// - Parameter isOurs: whether what it may hold is.
  func make(unlessOccupied isOurs: Bool) throws(RunFolderError) {
    let files = FileManager.default
    let contents = (try? files.contentsOfDirectory(atPath: path)) ?? []
    guard contents.isEmpty || isOurs else { throw .occupied(path) }
    do {
      try files.createDirectory(atPath: path, withIntermediateDirectories: true)
    } catch {
      throw .unwritable(path, because: error)
    }
  }

  /// Deletes a journal, if there is one, and all files that are made.
  func removeProducts(andJournal journal: String? = nil) throws(RunFolderError) {
    let files = FileManager.default
    let journals = journal.map { [$0, "\($0)-journal"] } ?? []
    do {
      for file in journals + Product.allCases.map({ "\(path)/\($0.rawValue)" })
      where files.fileExists(atPath: file) {
        try files.removeItem(atPath: file)
      }
    } catch {
      throw .unwritable(path, because: error)
    }
  }
}
