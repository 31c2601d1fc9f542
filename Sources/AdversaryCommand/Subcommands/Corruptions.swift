public import Adversary
public import ArgumentParser
import Foundation

/// `adversary corruptions`.
struct Corruptions: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Measure accuracy under the fifteen common corruptions: noise, blur, weather, files.",
    discussion: """
      Every picture is corrupted in fifteen ways and five severities, after Hendrycks and Dietterich \
      2019. The pictures are made anew, and the frost is drawn, so the numbers are near those on \
      CIFAR-10-C or ImageNet-C and not the same.

      Examples:
        adversary corruptions model.pt2 --data cifar-10-batches-bin --first 500
        adversary corruptions model.pt2 --data test/ --only fog snow jpeg -o corrupted
      """)

  @OptionGroup var modelOptions: ModelOptions

  @OptionGroup var datasetOptions: DatasetOptions

  @Option(help: "Only the first so many pictures.")
  var first = 200

  @Option(
    parsing: .upToNextOption,
    help: ArgumentHelp(
      "Only these corruptions: \(Corruption.allCases.map(\.rawValue).joined(separator: ", ")).",
      valueName: "corruption"))
  var only: [Corruption] = []

  @Option(help: "Where all randomness comes from.")
  var seed: UInt64 = 0

  @Option(
    name: .shortAndLong,
    help: ArgumentHelp(
      "A folder for corruptions.json and corruptions.png, which shows the first picture in all "
        + "corruptions.", valueName: "folder"))
  var output: String?

  @Flag(help: "Print the results as JSON.")
  var json = false

  /// How many pictures are worked on at once; results depend on it only by rounding, since convolutions
  /// round differently for different batch sizes.
  private static let batchSize = 50

  func validate() throws {
    if first < 1 { throw ValidationError("--first must be at least 1") }
    if Set(only).count < only.count { throw ValidationError("--only names a corruption twice") }
  }

  func run() throws {
    var model = try modelOptions.load()
    let shape = model.classifier.imageShape
    guard min(shape.width, shape.height) >= Corruption.smallestSide else {
      throw CommandFailure(
        .badData,
        "\(model.path) takes \(shape) pictures; corruptions are for \(Corruption.smallestSide)×"
          + "\(Corruption.smallestSide) and more")
    }
    let dataset = try datasetOptions.open()
    model.adoptNames(of: dataset)
    let pictures = try ModelPictures(of: dataset, for: model)
    let corruptions = only.isEmpty ? Corruption.allCases : only
    let results = try study(model, pictures, corruptions)
    if let output { try write(results, pictures, corruptions, to: output) }
    if json {
      try results.printAsJSON()
    } else {
      print(CorruptionTable(results, width: ResultsTable.terminalWidth))
    }
  }

  private func study(
    _ model: LoadedModel, _ pictures: ModelPictures, _ corruptions: [Corruption]
  ) throws -> CorruptionResults {
    let count = min(first, pictures.count)
    let progress = ProgressLine("corrupting", total: count)
    defer { progress.finish() }
    var study = CorruptionStudy(of: [model.classifier], under: corruptions, seed: seed)
    for start in stride(from: 0, to: count, by: Self.batchSize) {
      progress.show(done: start)
      let numbers = Array(start..<min(start + Self.batchSize, count))
      let samples = try numbers.map { try pictures.sample(at: $0) }
      let labels = try samples.map { try $0.requiredLabel(for: "this measurement") }
      try study.add(samples.map(\.picture), labels: labels, numbers: numbers)
    }
    return study.results[0]
  }

  private func write(
    _ results: CorruptionResults, _ pictures: ModelPictures, _ corruptions: [Corruption],
    to folder: String
  ) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    let sheet = try CorruptionSheet(
      of: pictures.sample(at: 0).picture, corruptions: corruptions,
      key: RandomKey(seed: seed).part(0))
    do {
      try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
      try encoder.encode(results).write(
        to: URL(filePath: folder).appending(path: "corruptions.json"), options: .atomic)
    } catch {
      throw RunFolderError.unwritable(folder, because: error)
    }
    try sheet.picture.write(toPNG: "\(folder)/corruptions.png")
    remark("sheet: \(folder)/corruptions.png")
  }
}

extension Corruption: ExpressibleByArgument {}
