import Adversary
import ArgumentParser
import Foundation

/// `adversary transfer`.
struct Transfer: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Make examples on each of several models and try them on all.",
    discussion: """
      The models must take pictures of one shape and know the same classes. Options that say how a \
      model is used, such as --mean, are about all of them.

      Examples:
        adversary transfer a.pt2 b.pt2 c.pt2 --data test/ --first 200
        adversary transfer a.pt2 b.pt2 --data mnist/ --attack pgd:steps=40 --epsilon 0.3 -o transfer
      """)

  @Argument(help: "Two or more models.")
  var models: [String]

  @OptionGroup var datasetOptions: DatasetOptions

  @Option(help: "Only the first so many pictures.")
  var first = 200

  @Option(help: "The attack, as in adversary evaluate.")
  var attack = "mi-fgsm:stopsAtSuccess=false"

  @Option(help: "How far a picture may be changed: 8/255, 0.03 or 8px.")
  var epsilon: String?

  @Option(help: "How the change is measured: linf, l2, l1 or l0.")
  var norm: Norm = .linf

  @Option(help: "8bit: examples are real pictures; float: as in the literature.")
  var pixels: PixelGrid = .eightBit

  @Option(help: "Where all randomness comes from.")
  var seed: UInt64 = 0

  @OptionGroup var settings: ModelSettings

  @Option(
    name: .shortAndLong,
    help: ArgumentHelp(
      "A folder for transfer.html, transfer.json and transfer.md.", valueName: "folder"))
  var output: String?

  @Flag(help: "Replace an earlier study in that folder.")
  var replace = false

  @Flag(help: "Print the table as JSON.")
  var json = false

  /// How many pictures are worked on at once; results depend on it only by rounding, since convolutions
  /// round differently for different batch sizes.
  private static let batchSize = 100

  /// The page that people look at.
  private static let pageName = "transfer.html"

  func validate() throws {
    if models.count < 2 { throw ValidationError("give at least two models") }
    if let twice = models.first(where: { model in models.count { $0 == model } > 1 }) {
      throw ValidationError("\(twice) is given more than once")
    }
    if replace && output == nil { throw ValidationError("--replace needs --output") }
    if first < 1 { throw ValidationError("--first must be at least 1") }
  }

  func run() throws {
    let chosen = try AttackCatalogue.attack(attack)
    let threat = ThreatModel(
      try PerturbationBudget(norm, epsilon: epsilon ?? norm.usualEpsilon), pixels: pixels)
    try threat.requireRoom()
    guard type(of: chosen).norms.contains(norm) else {
      throw TrialError.norm(norm, attack: chosen.title, known: type(of: chosen).norms)
    }
    try requireFreeOutput()
    let loaded = try models.map { try settings.load($0) }
    let dataset = try datasetOptions.open()
    for model in loaded.dropFirst()
    where model.classifier.imageShape != loaded[0].classifier.imageShape
      || model.classifier.classCount != loaded[0].classifier.classCount
    {
      throw CommandFailure(
        .badData,
        "\(model.path) takes \(model.classifier.imageShape) pictures of "
          + "\(model.classifier.classCount) classes, \(loaded[0].path) takes "
          + "\(loaded[0].classifier.imageShape) of \(loaded[0].classifier.classCount)")
    }
    for model in loaded { try model.requireGradients(for: [chosen]) }
    let matrix = try study(loaded, chosen, threat, ModelPictures(of: dataset, for: loaded[0]))
    if let output { try write(matrix, to: output) }
    if json {
      try matrix.printAsJSON()
    } else {
      print(TransferTable(matrix, width: ResultsTable.terminalWidth))
    }
  }

  private func study(
    _ loaded: [LoadedModel], _ attack: any Adversary.Attack, _ threat: ThreatModel,
    _ pictures: ModelPictures
  ) throws -> TransferMatrix {
    let count = min(first, pictures.count)
    let progress = ProgressLine("transfer", total: count)
    defer { progress.finish() }
    var study = TransferStudy(
      of: loaded.map(\.classifier), by: attack, within: threat, seed: seed)
    var seen: Set<Int> = []
    for start in stride(from: 0, to: count, by: Self.batchSize) {
      progress.show(done: start)
      let numbers = Array(start..<min(start + Self.batchSize, count))
      let samples = try numbers.map { try pictures.sample(at: $0) }
      let labels = try samples.map { try $0.requiredLabel(for: "transfer") }
      seen.formUnion(labels)
      try study.add(images: Tensor(samples.map(\.picture)), labels: labels, numbers: numbers)
    }
    pictures.remarkOnClassesLeftOut(byFirst: count, seen: seen)
    return study.matrix(named: names)
  }

  /// The files' names, or the paths where two files have one name.
  private var names: [String] {
    let short = models.map(\.lastPathComponent)
    return Set(short).count == short.count ? short : models
  }

  /// Refuses at once to write over an earlier study, or into a folder that holds something else of ours.
  private func requireFreeOutput() throws {
    guard let output else { return }
    if EvaluationFolder(output).holdsEvaluation || DefenseFolder(output).holdsComparison
      || CertificateFolder(output).holdsCertification || (try? RunFolder(opening: output)) != nil
    {
      throw RunFolderError.occupied(output)
    }
    if replace { return }
    let page = URL(filePath: output).appending(path: Self.pageName).path
    if FileManager.default.fileExists(atPath: page) { throw RunFolderError.holdsRun(output) }
  }

  private func write(_ matrix: TransferMatrix, to folder: String) throws {
    let command = CommandLine.arguments.map(\.quotedForShell).joined(separator: " ")
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    let files = [
      (Self.pageName, TransferPage(matrix, command: command).html),
      ("transfer.json", String(decoding: try encoder.encode(matrix), as: UTF8.self) + "\n"),
      ("transfer.md", matrix.markdown),
    ]
    do {
      try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
      for (name, text) in files {
        try Data(text.utf8).write(to: URL(filePath: folder).appending(path: name), options: .atomic)
      }
    } catch {
      throw RunFolderError.unwritable(folder, because: error)
    }
    remark("report: \(folder)/\(Self.pageName)")
  }
}
