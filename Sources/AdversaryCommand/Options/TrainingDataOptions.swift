import Adversary
import ArgumentParser

/// What is learned from, and what each epoch is judged by.
struct TrainingDataOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "MNIST or CIFAR-10 files, class folders, or a CSV file with columns file and class.",
      valueName: "path"))
  var data: String

  @Option(help: "Which part of the data set: test or training.")
  var split: Split = .training

  @Option(
    help: ArgumentHelp(
      "Only the first so many pictures. Of class folders these are whole classes: see --sample."))
  var first: Int?

  @Option(help: "Only so many pictures, taken evenly from the whole data set.")
  var sample: Int?

  @Option(
    help: ArgumentHelp(
      "How many pictures are held out to judge each epoch by; one in ten and at most 1000 if not "
        + "said, 0 for none.", valueName: "count"))
  var validation: Int?

  @Option(
    help: ArgumentHelp(
      "Pictures to judge by instead, a data set of its own; its test part if it has parts. "
        + "--validation then says how many of them.", valueName: "path"))
  var validationData: String?

  @Option(
    help: ArgumentHelp(
      "The attack behind the robust accuracy of each epoch.", valueName: "attack"))
  var validationAttack = "pgd:steps=10"

  func validate() throws {
    if let first, first < 1 { throw ValidationError("--first must be at least 1") }
    if let sample, sample < 1 { throw ValidationError("--sample must be at least 1") }
    if first != nil && sample != nil { throw ValidationError("give either --first or --sample") }
    if let validation, validation < 0 {
      throw ValidationError("--validation must not be negative")
    }
    if validation == 0 && validationData != nil {
      throw ValidationError("--validation 0 and --validation-data contradict each other")
    }
  }

  /// How many of so many pictures are held out.
  func heldOutCount(of count: Int) throws -> Int {
    if validationData != nil { return 0 }
    guard let validation else { return min(1000, count / 10) }
    guard validation < count else {
      throw CommandFailure(
        .usage, "--validation \(validation) leaves nothing of \(count) pictures to learn from")
    }
    return validation
  }
}
