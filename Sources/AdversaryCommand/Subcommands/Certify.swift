import Adversary
import ArgumentParser
import Foundation

/// `adversary certify`.
struct Certify: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Prove within which L2 distance a model keeps its classes under noise.",
    discussion: """
      Randomized smoothing (Cohen, Rosenfeld and Kolter 2019): the class that the model gives most \
      often under Gaussian noise provably stays the same within a radius. It works for models that \
      were trained with noise of the same strength.

      Examples:
        adversary certify model.pt2 --data mnist/ --sigma 0.25 --first 100 -o certificate
        adversary certify model.pt2 --data test/ --sigma 0.5 --samples 100000 --alpha 0.001

      Each picture's certificate is kept at once. Stop it whenever you like: the same command goes \
      on where it stopped. Other settings need another folder, or --replace.
      """)

  @OptionGroup var modelOptions: ModelOptions

  @OptionGroup var datasetOptions: DatasetOptions

  @Option(help: "Only the first so many pictures.")
  var first: Int?

  @Option(help: "The standard deviation of the noise, pixels being in [0, 1].")
  var sigma: Double

  @Option(help: "How many noisy pictures estimate the probability of a class.")
  var samples = 10_000

  @Option(help: "How many noisy pictures choose the class.")
  var selectionSamples = 100

  @Option(help: "The chance of a wrong certificate, for each picture.")
  var alpha = 0.001

  @Option(help: "Where all noise comes from.")
  var seed: UInt64 = 0

  @Option(help: "How many noisy pictures to work on at once; the results do not depend on it.")
  var batchSize = 200

  @Option(
    name: .shortAndLong,
    help: ArgumentHelp(
      "The folder for the journal, certificates.html and certificates.json.", valueName: "folder"))
  var output = "certificate"

  @Flag(help: "Begin anew: delete the certification that the folder holds.")
  var replace = false

  @Flag(help: "Print the results as JSON.")
  var json = false

  func validate() throws {
    if let first, first < 1 { throw ValidationError("--first must be at least 1") }
    guard sigma > 0, sigma <= 10 else {
      throw ValidationError("--sigma must be above 0 and at most 10, pixels being in [0, 1]")
    }
    guard alpha > 0, alpha < 0.5 else {
      throw ValidationError("--alpha must be above 0 and below 0.5")
    }
    for (name, count) in [("samples", samples), ("selection-samples", selectionSamples)]
    where !(1...100_000_000).contains(count) {
      throw ValidationError("--\(name) must be between 1 and 100000000")
    }
    // If all of n samples name one class, its probability is proved to exceed α^(1/n).
    let fewest = Int((-log2(alpha)).rounded(.down)) + 1
    if samples < fewest {
      throw ValidationError(
        "--samples must be at least \(fewest) with --alpha \(alpha), or nothing can be certified")
    }
    if !(1...1_000_000).contains(batchSize) {
      throw ValidationError("--batch-size must be between 1 and 1000000")
    }
  }

  func run() throws {
    var model = try modelOptions.load()
    let dataset = try datasetOptions.open()
    model.adoptNames(of: dataset)
    let pictures = try ModelPictures(of: dataset, for: model)
    let setup = try setup(of: model, pictures: pictures)
    let folder = CertificateFolder(output)
    try folder.prepare()
    if replace {
      do throws(JournalError) {
        _ = try CertificateJournal(opening: folder.journalPath)
      } catch {
        guard case .missing = error else { throw error }
      }
      try folder.removeCertification()
    }
    let journal = try CertificateJournal(continuing: folder.journalPath, with: setup)
    try certify(pictures, on: model, recordingTo: journal)
    let products = CertificationProducts(folder: folder, journal: journal)
    guard let results = try products.results() else {
      throw CommandFailure(.ourBug, "the certification ended without results; please report this")
    }
    try products.write(results)
    try CertificationProducts.show(results, asJSON: json)
  }

  private func setup(
    of model: LoadedModel, pictures: ModelPictures
  ) throws -> CertificationSetup {
    let count = min(first ?? pictures.count, pictures.count)
    var digest = PictureDigest()
    var seen: Set<Int> = []
    for number in 0..<count {
      let sample = try pictures.sample(at: number)
      seen.insert(try sample.requiredLabel(for: "certify"))
      digest.add(sample)
    }
    pictures.remarkOnClassesLeftOut(byFirst: count, seen: seen)
    return CertificationSetup(
      version: AdversaryCommand.configuration.version, engineVersion: Engine.version,
      model: try model.recorded(), classNames: model.classNames,
      data: .init(
        path: datasetOptions.data.absolutePath, split: datasetOptions.split.rawValue, count: count,
        sha256: digest.hexadecimal),
      sigma: sigma, selectionSamples: selectionSamples, samples: samples, alpha: alpha, seed: seed)
  }

  private func certify(
    _ pictures: ModelPictures, on model: LoadedModel, recordingTo journal: CertificateJournal
  ) throws {
    let done = Set(try journal.certificates().map(\.number))
    let total = journal.setup.data.count
    if !done.isEmpty && done.count < total {
      remark("going on after \(done.count) of \(total) pictures")
    }
    let classifier = SmoothedClassifier(
      of: model.classifier, settings: journal.setup.smoothing, batchSize: batchSize)
    let interruption = Interruption(
      saying: "stopped; no certificate is lost, and the same command goes on from here")
    let line = ProgressLine("certifying", total: total, doneBefore: done.count)
    defer {
      line.finish()
      interruption.end()
    }
    let key = RandomKey(seed: seed).part("randomized smoothing")
    var count = done.count
    for number in 0..<total where !done.contains(number) {
      line.show(done: count)
      let sample = try pictures.sample(at: number)
      let found = try classifier.certificate(
        for: Tensor([sample.picture])[0], key: key.part(number))
      try journal.record(
        CertifiedSample(
          number: number, name: sample.name, label: sample.requiredLabel(for: "certify"),
          candidate: found.candidate,
          votes: found.votes, lowerBound: found.lowerBound, radius: found.radius))
      count += 1
    }
  }
}
