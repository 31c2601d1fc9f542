/// Pictures without labels: files, and all the pictures of folders.
public struct PictureFiles: Dataset {
  /// Nothing: no classes are known.
  public var classNames: [String]? { nil }

  /// How many pictures there are.
  public var count: Int { files.count }

  private let files: PictureFileList

  /// Lists files, whatever their names, and the PNG and JPEG files in folders.
  ///
  /// The order is that of `paths`, within a folder that of names.
  ///
  /// - Throws: ``DatasetError`` if a path leads nowhere or a folder has no pictures.
  /// - Precondition: there is at least one path.
  public init(_ paths: [String]) throws(DatasetError) {
    precondition(!paths.isEmpty, "a list of pictures has at least one path")
    var found: [String] = []
    for path in paths {
      guard let isFolder = Folder.isFolder(path) else { throw DatasetError(.missing, path: path) }
      found += isFolder ? try Self.pictures(in: Folder(path: path)) : [path]
    }
    files = PictureFileList(
      found.map { PictureFileList.Entry(path: $0, label: nil, title: Folder.stem(of: $0)) })
  }

  /// One picture.
  public func sample(at index: Int) throws(DatasetError) -> LabelledPicture {
    try files.sample(at: index)
  }

  private static func pictures(in folder: Folder) throws(DatasetError) -> [String] {
    guard !folder.pictures.isEmpty else {
      throw DatasetError(.malformed("has no PNG or JPEG pictures"), path: folder.path)
    }
    return folder.pictures.map(folder.path(of:))
  }
}
