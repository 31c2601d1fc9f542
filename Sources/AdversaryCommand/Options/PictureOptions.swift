public import Adversary
public import ArgumentParser

/// Which pictures.
struct PictureOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "A data set instead: MNIST or CIFAR-10 files, class folders, or a CSV file with columns "
        + "file and class.", valueName: "path"))
  var data: String?

  @Option(help: "Which part of the data set: test, if not said, or training.")
  var split: Split?

  @Option(help: "Only the first so many pictures.")
  var first: Int?

  @Option(
    help: ArgumentHelp(
      "The true class of the given pictures, a name or a number. Without it the model's own "
        + "prediction is taken.", valueName: "class"))
  var label: String?

  func validate() throws {
    if let first, first < 1 { throw ValidationError("--first must be at least 1") }
    if split != nil && data == nil { throw ValidationError("--split goes with --data") }
    if label != nil && data != nil {
      throw ValidationError("--label is for single pictures; a data set has labels of its own")
    }
  }

  /// Refuses pictures beside a data set, and neither.
  func validate(_ pictures: [String]) throws {
    if pictures.isEmpty == (data == nil) {
      throw ValidationError("give either pictures or a data set (--data)")
    }
  }

  /// Opens what is asked for.
  ///
  /// - Parameter pictures: paths of pictures and folders; none if there is a data set.
  func open(_ pictures: [String]) throws -> any Dataset {
    if let data { return try openDataset(at: data, split: split ?? .test) }
    return try PictureFiles(pictures)
  }
}

extension Split: ExpressibleByArgument {}
