import Adversary
import ArgumentParser

/// Which labelled pictures are measured.
struct DatasetOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "MNIST or CIFAR-10 files, class folders, or a CSV file with columns file and class.",
      valueName: "path"))
  var data: String

  @Option(help: "Which part of the data set: test or training.")
  var split: Split = .test

  /// Opens the data set.
  func open() throws -> any Dataset { try openDataset(at: data, split: split) }
}
