import Imaging

/// The handwritten digits of MNIST, or another data set in its files, such as Fashion-MNIST.
///
/// The folder has `train-images-idx3-ubyte` and `train-labels-idx1-ubyte`, or the same with `t10k`
/// for the test set, plain or with `.gz`. Pictures are grey.
public struct MNIST: Dataset {
  /// The name of every class by its number.
  public var classNames: [String]? { names }

  /// How many pictures there are.
  public var count: Int { images.sizes[0] }

  private let images: IDXFile
  private let labels: IDXFile
  private let names: [String]

  /// Opens one part of the data.
  ///
  /// - Parameters:
  ///   - path: the folder of the four files.
  ///   - split: which part.
  ///   - classNames: the names of the classes; no label may be beyond them.
  /// - Throws: ``DatasetError`` if a file is missing, damaged, or does not fit the other.
  public init(
    folder path: String, split: Split = .test, classNames: [String] = ClassNames.mnist
  ) throws(DatasetError) {
    let folder = try Folder(path: path)
    let imagePath = try Self.file("images-idx3-ubyte", of: split, in: folder)
    let labelPath = try Self.file("labels-idx1-ubyte", of: split, in: folder)
    images = try IDXFile(contentsOf: imagePath, dimensions: 3)
    labels = try IDXFile(contentsOf: labelPath, dimensions: 1)
    names = classNames
    do {
      try Picture.checkLimits(width: images.sizes[2], height: images.sizes[1])
    } catch {
      throw DatasetError(.picture(error.reason), path: imagePath)
    }
    guard labels.sizes[0] == images.sizes[0] else {
      throw DatasetError(
        .malformed("has \(labels.sizes[0]) labels for \(images.sizes[0]) pictures"),
        path: labelPath)
    }
    if let index = labels.elements.firstIndex(where: { $0 >= classNames.count }) {
      let number = index - labels.elements.startIndex
      throw DatasetError(
        .malformed(
          "gives picture \(number) the class \(labels.elements[index]), and the last class is"
            + " \(classNames.count - 1)"), path: labelPath)
    }
  }

  /// One picture with its label.
  public func sample(at index: Int) throws(DatasetError) -> LabelledPicture {
    precondition((0..<count).contains(index), "picture \(index) of \(count)")
    let (height, width) = (images.sizes[1], images.sizes[2])
    let start = images.elements.startIndex + index * height * width
    let label = Int(labels.elements[labels.elements.startIndex + index])
    return LabelledPicture(
      picture: Picture(
        width: width, height: height, channels: 1,
        samples: Array(images.elements[start..<(start + height * width)])),
      label: label, name: SampleName.numbered(index, of: count, title: names[label]))
  }

  /// Whether a folder has at least one file of this data set.
  static func isIn(_ folder: Folder) -> Bool {
    Split.allCases.contains { split in
      folder.files.contains { candidates("images-idx3-ubyte", of: split).contains($0) }
    }
  }

  private static func file(
    _ name: String, of split: Split, in folder: Folder
  ) throws(DatasetError) -> String {
    let candidates = candidates(name, of: split)
    guard let found = candidates.first(where: folder.files.contains) else {
      throw DatasetError(.missing, path: folder.path(of: candidates[0]))
    }
    return folder.path(of: found)
  }

  /// The names in use: with a hyphen or a dot before `idx`, plain or compressed.
  private static func candidates(_ name: String, of split: Split) -> [String] {
    let prefix =
      switch split {
      case .training: "train-"
      case .test: "t10k-"
      }
    let hyphenated = prefix + name
    let dotted = prefix + name.split(separator: "-", maxSplits: 1).joined(separator: ".")
    return [hyphenated, dotted].flatMap { [$0, $0 + ".gz"] }
  }
}
