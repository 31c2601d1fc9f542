import Adversary
import Crypto
import Foundation

/// A model that is ready, with the names of its classes.
struct LoadedModel {
  let path: String
  let classifier: ProgramClassifier
  /// One name for each class; nothing if nobody gave names.
  var classNames: [String]?
  /// The file that gave these names; nothing if none did.
  private(set) var namesFile: String?
  /// How the model is used, with what was recognised.
  let use: ModelUse
  /// What was found when it was lowered from ONNX; nothing for other models.
  let lowered: LoweredModel?

  init(path: String, namesFile: String? = nil, use: ModelUse = ModelUse()) throws {
    try self.init(PreparedModel(path: path, use: use), path: path, namesFile: namesFile)
  }

  /// A model whose program is known already.
  init(_ prepared: PreparedModel, path: String, namesFile: String? = nil) throws {
    self.path = path
    do throws(ProgramError) {
      classifier = try prepared.classifier.get()
    } catch {
      throw CommandFailure(.badData, "\(path): \(error.plainSentence)", advice: error.advice)
    }
    classifier.name = path
    use = prepared.use
    lowered = prepared.lowered
    self.namesFile = namesFile
    if let namesFile {
      let names = try ClassNames.read(from: namesFile)
      guard names.count == classifier.classCount else {
        throw CommandFailure(
          .badData,
          "\(namesFile) has \(names.count) names; the model has \(classifier.classCount) classes")
      }
      classNames = names
    }
  }

  /// The same model as a run recorded it.
  init(_ recorded: RunManifest.Model, at path: String? = nil) throws {
    try self.init(path: path ?? recorded.path, use: ModelUse(recorded: recorded.options))
  }

  /// Takes the names of a data set if nobody gave others and their number is right.
  mutating func adoptNames(of dataset: any Dataset) {
    guard classNames == nil, let names = dataset.classNames,
      names.count == classifier.classCount
    else { return }
    classNames = names
  }

  private static func plain(_ name: String) -> String {
    String(name.lowercased().map { "-_".contains($0) ? " " : $0 })
  }

  /// How the labels of a data set become classes of the model.
  ///
  /// Class folders are matched with the model's class names where there are any; otherwise their
  /// order is taken, which needs as many folders as the model has classes.
  ///
  /// - Throws: ``CommandFailure`` when folders and classes cannot be matched.
  func classes(ofLabelsIn dataset: any Dataset) throws -> (Int) -> Int {
    guard dataset is ClassFolders, let folders = dataset.classNames else { return { $0 } }
    let matches = folders.map { folder in classNames == nil ? nil : try? classIndex(named: folder) }
    let classes = matches.compactMap(\.self)
    if classes.count == folders.count, Set(classes).count == classes.count {
      return { classes[$0] }
    }
    guard folders.count == classifier.classCount else {
      throw CommandFailure(
        .badData,
        "the data set has \(folders.count) class folders and the model \(classifier.classCount) "
          + "classes: name the folders like the classes and give the names with --labels")
    }
    if let stray = zip(folders, matches).first(where: { $0.1 == nil }), classes.count > 0 {
      throw CommandFailure(
        .badData, "the class folder “\(stray.0)” is no class of the names given with --labels")
    }
    return { $0 }
  }

  /// What to call a class.
  func name(of classIndex: Int) -> String {
    guard let classNames, classNames.indices.contains(classIndex) else {
      return "class \(classIndex)"
    }
    return classNames[classIndex]
  }

  /// The class of a name or a number.
  ///
  /// A name may also be one of several that stand between commas, as in ImageNet's “goldfish,
  /// Carassius auratus”, if no other class has it. Neither case matters nor whether
  /// spaces, hyphens or underscores join the words.
  func classIndex(named text: String) throws -> Int {
    if let classNames {
      let wanted = Self.plain(text)
      let names = classNames.map(Self.plain)
      if let index = names.firstIndex(of: wanted) { return index }
      let partial = names.indices.filter { index in
        names[index].split(separator: ",").contains { $0.drop { $0 == " " } == wanted }
      }
      if partial.count == 1 { return partial[0] }
      if Int(text) == nil {
        let similar = names.indices.filter { names[$0].contains(wanted) }.prefix(3)
        let hint = similar.map { "“\(classNames[$0])”" }.joined(separator: " or ")
        throw CommandFailure(
          .usage,
          "the model has no class “\(text)”" + (hint.isEmpty ? "" : "; did you mean \(hint)?"))
      }
    }
    guard let index = Int(text) else {
      throw CommandFailure(
        .usage, "“\(text)” is no class number, and no names are known: give them with --labels")
    }
    guard (0..<classifier.classCount).contains(index) else {
      throw ThreatModelError.noSuchClass(index, classCount: classifier.classCount)
    }
    return index
  }

  /// Refuses attacks that need gradients on a model that has none.
  ///
  /// - Throws: ``CommandFailure`` that names the attack and the way out.
  func requireGradients(for attacks: [any Adversary.Attack]) throws {
    guard let blind = attacks.first(where: { type(of: $0).needsGradients }) else { return }
    do throws(EngineError) {
      _ = try gradientOfGrey()
    } catch {
      guard error.reason == .noGradient else { throw error }
      throw CommandFailure(
        .badData,
        "\(path): the model's outputs have no gradient with respect to its pixels (\(cause)), so "
          + "\(blind.title) sees nothing: use "
          + (passesIfAsked ? "--straight-through, or " : "") + "square, rays or hopskipjump, or "
          + "BackwardPassApproximation from Swift")
    }
  }

  /// What is to be said of nodes through which no true gradient passes; nothing if there are none.
  var stepsFinding: Finding? {
    guard let steps = lowered?.steps, let first = steps.first else { return nil }
    let canPass = !use.isStraightThrough && steps.contains { $0.passing == .ifAsked }
    return .steps(steps.count, such: first.description, canPass: canPass)
  }

  /// What cuts the gradients.
  private var cause: String {
    let steps = (lowered?.steps ?? []).filter { $0.passing != .always }.map(\.description)
    guard !steps.isEmpty else { return "a threshold, a cast or detach in it cuts it" }
    return "cut by " + steps.shortened(to: 3)
  }

  /// Whether some gradient passes the steps of the model if that is asked for.
  private var passesIfAsked: Bool {
    guard let lowered, !use.isStraightThrough,
      lowered.steps.contains(where: { $0.passing == .ifAsked })
    else { return false }
    var passing = use
    passing.isStraightThrough = true
    guard let model = try? LoadedModel(path: path, use: passing) else { return false }
    return (try? model.gradientOfGrey()) != nil
  }

  private func gradientOfGrey() throws(EngineError) -> LossGradient {
    let grey = Tensor.full([1] + classifier.imageShape.sizes, 0.5)
    return try classifier.lossGradient(at: grey) { $0.sum(along: [1]) }
  }

  /// What a run folder keeps of the model.
  func recorded() throws -> RunManifest.Model {
    RunManifest.Model(
      path: path.absolutePath, sha256: try digest(), options: use.recorded)
  }

  /// The SHA-256 digest of the model.
  func digest() throws -> String { try Self.digest(ofFile: path) }

  /// The SHA-256 digest of a model's file; where weights lie in files beside it, the digest of all their
  /// digests.
  static func digest(ofFile path: String) throws -> String {
    let own = try hash(ofFile: path)
    guard try ONNXModel.recognizes(fileAt: path) else { return own.hexadecimal }
    let weightFiles = try ONNXModel.weightFiles(ofModelAt: path)
    guard !weightFiles.isEmpty else { return own.hexadecimal }
    var all = SHA256()
    for digest in try [own] + weightFiles.map(hash) {
      digest.withUnsafeBytes { all.update(bufferPointer: $0) }
    }
    return all.finalize().hexadecimal
  }

  private static func hash(ofFile path: String) throws -> SHA256Digest {
    guard let data = try? Data(contentsOf: URL(filePath: path), options: .mappedIfSafe) else {
      throw CommandFailure(.missingInput, "\(path): the file is gone")
    }
    return SHA256.hash(data: data)
  }
}
