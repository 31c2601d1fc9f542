/// Pictures listed with their classes in a CSV file that lies beside them.
///
/// The first line names the columns. `file` is a path within the CSV file's folder, `class` the
/// number of the class; other columns are ignored.
public struct LabelledFolder: Dataset {
  /// The name of every class by its number, as given by the caller.
  public let classNames: [String]?

  /// How many pictures there are.
  public var count: Int { files.count }

  private let files: PictureFileList

  /// Reads a CSV file and checks that every picture it lists is there.
  ///
  /// - Parameters:
  ///   - path: the CSV file.
  ///   - classNames: the names of the classes; no class may be beyond them.
  /// - Throws: ``DatasetError`` if the file is missing or malformed, or if it lists a picture that
  ///   is missing or outside its folder.
  public init(csv path: String, classNames: [String]? = nil) throws(DatasetError) {
    let table = try CSVTable(contentsOf: path)
    let fileColumn = try table.column("file")
    let classColumn = try table.column("class")
    let folder = Folder.parent(of: path)
    var entries: [PictureFileList.Entry] = []
    for row in table.rows {
      func refusal(_ clause: String) -> DatasetError {
        DatasetError(.malformed("\(clause) in line \(row.line)"), path: path)
      }
      let file = row.fields[fileColumn]
      guard Self.staysInside(file) else {
        throw refusal("names “\(file)”, which is not a path within its folder,")
      }
      guard let label = Int(row.fields[classColumn].trimmingSpaces), label >= 0 else {
        throw refusal("has “\(row.fields[classColumn])” in place of a class number from 0")
      }
      if let classNames, label >= classNames.count {
        throw refusal("has class \(label), and the last class is \(classNames.count - 1),")
      }
      let picture = "\(folder)/\(file)"
      guard Folder.isFolder(picture) == false else { throw DatasetError(.missing, path: picture) }
      entries.append(
        PictureFileList.Entry(path: picture, label: label, title: Folder.stem(of: file)))
    }
    guard !entries.isEmpty else {
      throw DatasetError(.malformed("lists no pictures"), path: path)
    }
    files = PictureFileList(entries)
    self.classNames = classNames
  }

  /// One picture with its label.
  public func sample(at index: Int) throws(DatasetError) -> LabelledPicture {
    try files.sample(at: index)
  }

  private static func staysInside(_ path: String) -> Bool {
    let parts = path.split(separator: "/", omittingEmptySubsequences: false)
    return !parts.contains("") && !parts.contains("..") && !path.unicodeScalars.contains("\0")
  }
}
