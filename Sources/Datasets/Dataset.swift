/// Pictures in a fixed order, with or without labels.
///
/// Opening a data set checks what can be checked without decoding pictures; pictures are decoded
/// when they are asked for.
public protocol Dataset: Sendable {
  /// How many pictures there are; at least one.
  var count: Int { get }

  /// The name of every class by its number; nothing where no names are known.
  ///
  /// Where there are names, every label is the number of one of them.
  var classNames: [String]? { get }

  /// One picture with its label.
  ///
  /// - Precondition: `index` is in `0..<count`.
  /// - Throws: ``DatasetError`` if the picture's file is gone or cannot be decoded.
  func sample(at index: Int) throws(DatasetError) -> LabelledPicture
}
