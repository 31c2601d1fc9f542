/// A folder with one folder of PNG and JPEG pictures for every class.
///
/// Classes are numbered in the order of their folders' names, pictures follow in the order of
/// theirs. A class without pictures keeps its number.
public struct ClassFolders: Dataset {
  /// The names of the folders.
  public let classNames: [String]?

  /// How many pictures there are.
  public var count: Int { files.count }

  private let files: PictureFileList

  /// Lists a folder.
  ///
  /// - Throws: ``DatasetError`` if it is missing or no folder in it has a picture.
  public init(folder path: String) throws(DatasetError) {
    try self.init(Folder(path: path))
  }

  init(_ folder: Folder) throws(DatasetError) {
    var entries: [PictureFileList.Entry] = []
    for (label, name) in folder.folders.enumerated() {
      let classFolder = try folder.folder(name)
      entries += classFolder.pictures.map { picture in
        PictureFileList.Entry(
          path: classFolder.path(of: picture), label: label,
          title: "\(name)-\(Folder.stem(of: picture))")
      }
    }
    guard !entries.isEmpty else {
      throw DatasetError(
        .malformed("has no folders with PNG or JPEG pictures; make one folder per class"),
        path: folder.path)
    }
    files = PictureFileList(entries)
    classNames = folder.folders
  }

  /// One picture with its label.
  public func sample(at index: Int) throws(DatasetError) -> LabelledPicture {
    try files.sample(at: index)
  }
}
