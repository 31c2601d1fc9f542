public import Foundation
public import Imaging

/// Data sets of drawn signs: a folder of class folders of PNG pictures.
public enum SignDataset {
  /// Draws the same number of pictures of every class and writes them.
  ///
  /// The picture with number *n* of class *c* becomes `c/n.png`, the number in four digits or more,
  /// and *c* the raw value of ``SignClass``. Folders that are missing are made; files of the same
  /// name are replaced; anything else stays.
  ///
  /// - Parameters:
  ///   - folder: Where the class folders go.
  ///   - perClass: How many pictures each class gets, numbered from 0.
  ///   - seed: What the pictures depend on; see ``SignPainter``.
  /// - Throws: `ImagingError` that names the folder or file that could not be written.
  public static func write(
    to folder: URL, perClass: Int, seed: UInt64
  ) throws(ImagingError) {
    let painter = SignPainter(seed: seed)
    for sign in SignClass.allCases {
      let classFolder = folder.appending(path: sign.rawValue)
      try makeFolder(classFolder)
      for number in 0..<perClass {
        let file = classFolder.appending(path: fileName(of: number))
        try painter.picture(of: sign, number: number).write(toPNG: file.path)
      }
    }
  }

  /// The name of the file that holds the picture with this number.
  static func fileName(of number: Int) -> String {
    let digits = String(number)
    return String(repeating: "0", count: max(4 - digits.count, 0)) + digits + ".png"
  }

  private static func makeFolder(_ folder: URL) throws(ImagingError) {
    do {
      try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    } catch {
      throw ImagingError(.unwritable("the folder cannot be made"), path: folder.path)
    }
  }
}
