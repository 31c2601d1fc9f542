public import ThreatModels

/// Whom a journal's answers are from.
public struct QuerySetup: Hashable, Codable, Sendable {
  /// Which model is asked and how, without secrets.
  public var identity: OracleIdentity
  /// How pictures are sent.
  public var encoding: PictureEncoding
  /// The shape of one picture.
  public var imageShape: ImageShape
  /// The number of classes.
  public var classCount: Int
  /// What the scores of the answers are; nothing if answers hold labels alone.
  public var scoreKind: ScoreKind?
  /// What the questions are for, where a journal is believed for nothing else; nothing for attacks.
  public var purpose: String?

  /// The setup of a model.
  public init(of model: any QueriedModel, for purpose: String? = nil) {
    self.purpose = purpose
    identity = model.identity
    encoding = model.encoding
    imageShape = model.imageShape
    classCount = model.classCount
    scoreKind = model.scoreKind
  }

  /// Whether there are such pictures and classes.
  ///
  /// A setup from a file has not been through a model that sees to it.
  var isSound: Bool {
    var values = 1
    for size in imageShape.sizes {
      let (product, isTooLarge) = values.multipliedReportingOverflow(by: size)
      guard size > 0, !isTooLarge else { return false }
      values = product
    }
    return values <= Int32.max && (1...Int(Int32.max)).contains(classCount)
  }

  /// What another setup has otherwise, in words; nothing if the same questions have the same answers.
  func differences(from other: QuerySetup) -> [String] {
    var differences: [String] = []
    func compare(_ name: String, _ mine: String, _ theirs: String) {
      if mine != theirs { differences.append("\(name): \(mine) then, \(theirs) now") }
    }
    compare("interface", identity.interface, other.identity.interface)
    compare("address", identity.address, other.identity.address)
    let names = Set(identity.details.keys).union(other.identity.details.keys)
    for name in names.sorted() {
      compare(
        name, identity.details[name] ?? "none", other.identity.details[name] ?? "none")
    }
    compare("pictures sent as", "\(encoding)", "\(other.encoding)")
    compare("shape of pictures", "\(imageShape)", "\(other.imageShape)")
    compare("number of classes", "\(classCount)", "\(other.classCount)")
    compare(
      "scores", scoreKind?.rawValue ?? "none, labels alone",
      other.scoreKind?.rawValue ?? "none, labels alone")
    compare("asked by", purpose ?? "an attack", other.purpose ?? "an attack")
    return differences
  }
}
