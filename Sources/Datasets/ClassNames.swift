/// The names of well-known classes, and files of class names.
public enum ClassNames {
  /// The ten digits of MNIST.
  public static let mnist = (0...9).map(String.init)

  /// The ten kinds of clothing of Fashion-MNIST (Xiao, Rasul and Vollgraf 2017).
  public static let fashionMNIST = [
    "T-shirt/top", "Trouser", "Pullover", "Dress", "Coat", "Sandal", "Shirt", "Sneaker", "Bag",
    "Ankle boot",
  ]

  /// The ten classes of CIFAR-10 (Krizhevsky 2009).
  public static let cifar10 = [
    "airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck",
  ]

  /// Reads a file with one name a line; the first line names class 0.
  ///
  /// Blank lines at the end do not count.
  ///
  /// - Throws: ``DatasetError`` if the file is missing, is not text in UTF-8, has no names, or has a
  ///   blank line between names.
  public static func read(from path: String) throws(DatasetError) -> [String] {
    var names = try DatasetError.text(ofFileAt: path)
      .split(omittingEmptySubsequences: false) { $0.isNewline }
      .map { $0.trimmingSpaces }
    while names.last == "" { names.removeLast() }
    guard !names.isEmpty else {
      throw DatasetError(.malformed("has no class names; write one a line"), path: path)
    }
    if let blank = names.firstIndex(of: "") {
      throw DatasetError(
        .malformed("has no class name in line \(blank + 1); write one a line"), path: path)
    }
    return names
  }
}
