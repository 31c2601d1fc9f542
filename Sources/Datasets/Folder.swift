import Foundation
import Imaging

/// What lies in a folder, in the order of names; hidden entries are left out.
struct Folder {
  /// The folder's path as the user gave it.
  let path: String
  /// The names of files and other things that are not folders.
  let files: [String]
  /// The names of folders.
  let folders: [String]

  /// Lists a folder.
  init(path: String) throws(DatasetError) {
    guard let isFolder = Self.isFolder(path) else { throw DatasetError(.missing, path: path) }
    guard isFolder else { throw DatasetError(.malformed("is not a folder"), path: path) }
    let names: [String]
    do {
      names = try FileManager.default.contentsOfDirectory(atPath: path)
    } catch {
      throw DatasetError(.unreadable("its entries cannot be listed"), path: path)
    }
    var files: [String] = []
    var folders: [String] = []
    for name in names.sorted() where !name.hasPrefix(".") {
      if Self.isFolder("\(path)/\(name)") == true {
        folders.append(name)
      } else {
        files.append(name)
      }
    }
    self.path = path
    self.files = files
    self.folders = folders
  }

  /// The names of files that look like pictures.
  var pictures: [String] { files.filter(Self.looksLikePicture) }

  /// The last part of the path.
  var name: String { URL(filePath: path).lastPathComponent }

  /// The path of an entry.
  func path(of name: String) -> String {
    path.hasSuffix("/") ? path + name : "\(path)/\(name)"
  }

  /// A folder in this one.
  func folder(_ name: String) throws(DatasetError) -> Folder {
    try Folder(path: path(of: name))
  }

  /// Whether a path leads to a folder; nothing if it leads nowhere.
  static func isFolder(_ path: String) -> Bool? {
    var isFolder: ObjCBool = false
    guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else { return nil }
    return isFolder.boolValue
  }

  /// Whether a file has the name of a picture.
  static func looksLikePicture(_ name: String) -> Bool {
    PictureFormat.fileExtensions.contains(URL(filePath: name).pathExtension.lowercased())
  }

  /// The path of the folder that an entry is in.
  static func parent(of path: String) -> String {
    guard let slash = path.lastIndex(of: "/") else { return "." }
    return slash == path.startIndex ? "/" : String(path[..<slash])
  }

  /// The name of a file without folders and extension.
  static func stem(of path: String) -> String {
    URL(filePath: path).deletingPathExtension().lastPathComponent
  }
}
