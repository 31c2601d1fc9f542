import Imaging

/// The small photographs of CIFAR-10 in their official binary layout.
///
/// A file is a row of records of 3,073 bytes: the class, then 32×32 samples of red, of green and of
/// blue. Names of classes come from `batches.meta.txt` if it lies beside.
public struct CIFAR10: Dataset {
  /// The name of every class by its number.
  public var classNames: [String]? { names }

  /// How many pictures there are.
  public let count: Int

  /// The contents of the files one after the other.
  private let records: [UInt8]
  private let names: [String]

  private static let side = 32
  private static let pixels = side * side
  private static let recordSize = 1 + 3 * pixels

  /// Opens one part of the data: every `data_batch_*.bin`, or every `test_batch*.bin`, that the
  /// folder has, in the order of names.
  ///
  /// - Throws: ``DatasetError`` if no such file is there or one is malformed.
  public init(folder path: String, split: Split = .test) throws(DatasetError) {
    let folder = try Folder(path: path)
    let files = folder.files.filter { Self.isBatch($0, of: split) }
    guard !files.isEmpty else {
      throw DatasetError(
        .malformed("has no \(Self.prefix(of: split))….bin, the \(split.rawValue) part of CIFAR-10"),
        path: path)
    }
    try self.init(files: files.map(folder.path(of:)), in: folder)
  }

  /// Opens a single file.
  ///
  /// - Throws: ``DatasetError`` if it is missing or malformed.
  public init(file path: String) throws(DatasetError) {
    try self.init(files: [path], in: Folder(path: Folder.parent(of: path)))
  }

  private init(files: [String], in folder: Folder) throws(DatasetError) {
    var names = ClassNames.cifar10
    if folder.files.contains(Self.nameFile) {
      let path = folder.path(of: Self.nameFile)
      names = try ClassNames.read(from: path)
      guard names.count == ClassNames.cifar10.count else {
        throw DatasetError(
          .malformed("names \(names.count) classes, and CIFAR-10 has ten"), path: path)
      }
    }
    var records: [UInt8] = []
    for path in files { try records += Self.records(in: path) }
    count = records.count / Self.recordSize
    self.records = records
    self.names = names
  }

  /// One picture with its label.
  public func sample(at index: Int) throws(DatasetError) -> LabelledPicture {
    precondition((0..<count).contains(index), "picture \(index) of \(count)")
    let start = index * Self.recordSize
    let label = Int(records[start])
    let red = start + 1
    var samples: [UInt8] = []
    samples.reserveCapacity(3 * Self.pixels)
    for pixel in red..<(red + Self.pixels) {
      samples.append(records[pixel])
      samples.append(records[pixel + Self.pixels])
      samples.append(records[pixel + 2 * Self.pixels])
    }
    return LabelledPicture(
      picture: Picture(width: Self.side, height: Self.side, channels: 3, samples: samples),
      label: label, name: SampleName.numbered(index, of: count, title: names[label]))
  }

  /// Whether a folder has at least one file of this data set.
  static func isIn(_ folder: Folder) -> Bool {
    folder.files.contains { name in Split.allCases.contains { isBatch(name, of: $0) } }
  }

  private static let nameFile = "batches.meta.txt"

  private static func records(in path: String) throws(DatasetError) -> [UInt8] {
    let file = try DatasetError.bytes(ofFileAt: path)
    guard !file.isEmpty, file.count.isMultiple(of: recordSize) else {
      throw DatasetError(
        .malformed("has \(file.count) bytes, which are not whole records of \(recordSize)"),
        path: path)
    }
    let starts = stride(from: 0, to: file.count, by: recordSize)
    if let start = starts.first(where: { file[$0] >= ClassNames.cifar10.count }) {
      throw DatasetError(
        .malformed(
          "gives picture \(start / recordSize) the class \(file[start]), and the last is 9"),
        path: path)
    }
    return file
  }

  private static func isBatch(_ name: String, of split: Split) -> Bool {
    name.hasPrefix(prefix(of: split)) && name.hasSuffix(".bin")
  }

  private static func prefix(of split: Split) -> String {
    switch split {
    case .training: "data_batch"
    case .test: "test_batch"
    }
  }
}
