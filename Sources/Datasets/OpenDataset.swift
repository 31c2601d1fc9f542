/// Opens whatever data set is at a path.
///
/// Understood are, in this order: a CSV file (``LabelledFolder``), a `.bin` file (``CIFAR10``), a
/// picture (``PictureFiles``); a folder of MNIST files (``MNIST``, with the class names of
/// Fashion-MNIST if the folder's name has "fashion" in it), of CIFAR-10 files, with a `labels.csv`,
/// with a folder for each part that holds class folders, of pictures, or of class folders
/// (``ClassFolders``).
///
/// - Parameters:
///   - path: a file or a folder.
///   - split: the part to open, where there are parts.
/// - Throws: ``DatasetError``; its reason is ``DatasetError/Reason/notRecognised``, and its text
///   lists what is understood, if the path holds something else.
public func openDataset(
  at path: String, split: Split = .test
) throws(DatasetError) -> any Dataset {
  guard let isFolder = Folder.isFolder(path) else { throw DatasetError(.missing, path: path) }
  return isFolder
    ? try openDataset(in: Folder(path: path), split: split) : try openDataset(inFile: path)
}

private func openDataset(inFile path: String) throws(DatasetError) -> any Dataset {
  switch path {
  case _ where path.lowercased().hasSuffix(".csv"): try LabelledFolder(csv: path)
  case _ where path.lowercased().hasSuffix(".bin"): try CIFAR10(file: path)
  case _ where Folder.looksLikePicture(path): try PictureFiles([path])
  default: throw DatasetError(.notRecognised, path: path)
  }
}

private func openDataset(in folder: Folder, split: Split) throws(DatasetError) -> any Dataset {
  if MNIST.isIn(folder) {
    let isFashion = folder.name.lowercased().contains("fashion")
    return try MNIST(
      folder: folder.path, split: split,
      classNames: isFashion ? ClassNames.fashionMNIST : ClassNames.mnist)
  }
  if CIFAR10.isIn(folder) { return try CIFAR10(folder: folder.path, split: split) }
  if folder.files.contains("labels.csv") {
    return try LabelledFolder(csv: folder.path(of: "labels.csv"))
  }
  if let part = try folderOfPart(split, in: folder) { return try ClassFolders(part) }
  switch (hasPictures: !folder.pictures.isEmpty, hasClasses: try hasPicturesInFolders(folder)) {
  case (true, false): return try PictureFiles([folder.path])
  case (false, true): return try ClassFolders(folder)
  case (false, false): throw DatasetError(.notRecognised, path: folder.path)
  case (true, true):
    throw DatasetError(
      .malformed("has both pictures and folders of pictures; give it one or the other"),
      path: folder.path)
  }
}

/// The folder of one part of the data, such as `test`, if folders of parts are there at all.
private func folderOfPart(_ split: Split, in folder: Folder) throws(DatasetError) -> Folder? {
  let names: [Split: [String]] = [
    .training: ["train", "training"], .test: ["test", "val", "validation"],
  ]
  func part(_ split: Split) throws(DatasetError) -> Folder? {
    for name in names[split, default: []] where folder.folders.contains(name) {
      let part = try folder.folder(name)
      // A class may be called “train”: a part is known by the class folders in it.
      if try hasPicturesInFolders(part) { return part }
    }
    return nil
  }
  if let part = try part(split) { return part }
  for other in Split.allCases where try part(other) != nil {
    throw DatasetError(
      .malformed("has a \(other.rawValue) part and no \(split.rawValue) part"), path: folder.path)
  }
  return nil
}

private func hasPicturesInFolders(_ folder: Folder) throws(DatasetError) -> Bool {
  for name in folder.folders where try !folder.folder(name).pictures.isEmpty { return true }
  return false
}
