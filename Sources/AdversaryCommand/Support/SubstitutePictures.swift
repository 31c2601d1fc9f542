import Adversary
import Foundation

/// The pictures of an extraction, drawn at random: seeds, those held out, those under attack, and the rest.
///
/// No picture is used twice, unless the pictures under attack are a data set of their own.
struct SubstitutePictures {
  /// What the substitute learns from at first, and what agreement is measured on.
  let seeds: [Picture]
  let heldOut: [Picture]
  /// What is attacked.
  let attacked: [LabelledPicture]
  /// Pictures that nothing else uses.
  let pool: NaturalPictures
  /// The digest of seeds and held-out pictures.
  let sha256: String
  /// The service's classes, as the pictures under attack are labelled.
  let classes: ServiceClasses
  /// Where the pictures under attack are from.
  let attackedPath: String

  /// Reads what is asked for.
  ///
  /// - Throws: ``CommandFailure`` when there are too few pictures, or classes that the service has not.
  init(
    _ options: SubstituteOptions, _ transfer: TransferOptions, for model: any QueriedModel
  ) throws {
    let dataset = try openDataset(at: options.seeds, split: options.split)
    let shape = model.imageShape
    let key = RandomKey(seed: options.seed)
    var order = Self.order(of: dataset, key: key.part("seeds"))
    let learned = options.seedCount + options.heldOut
    let own = transfer.data == nil ? transfer.sample : 0
    func sample(_ dataset: any Dataset, _ number: Int) throws -> LabelledPicture {
      var sample = try dataset.sample(at: number)
      sample.picture = try sample.picture.fitted(to: shape, named: sample.name)
      return sample
    }
    var first: [LabelledPicture] = []
    var known: Set<Picture> = []
    var copies: Set<Int> = []
    for number in order where first.count < learned {
      let sample = try sample(dataset, number)
      // A data set may hold a picture twice; what is held out is not learned from, and counts once.
      if !known.insert(sample.picture).inserted, first.count >= options.seedCount {
        copies.insert(number)
      } else {
        first.append(sample)
      }
    }
    order.removeAll(where: copies.contains)
    guard first.count == learned else {
      throw CommandFailure(
        .usage,
        "\(options.seeds) has \(order.count) \(copies.isEmpty ? "" : "different ")pictures, and "
          + "\(options.seedCount) seeds with \(options.heldOut) held out need \(learned): lower "
          + "--seed-count or --held-out")
    }
    seeds = first.prefix(options.seedCount).map(\.picture)
    heldOut = first.dropFirst(options.seedCount).map(\.picture)
    sha256 = PictureDigest.hexadecimal(of: first)
    let others = try transfer.data.map {
      try openDataset(at: $0, split: transfer.dataSplit ?? .test)
    }
    let places =
      others.map { Self.order(of: $0, key: key.part("attacked")) }
      ?? Array(order.dropFirst(learned))
    let source = others ?? dataset
    let classes = try ServiceClasses(
      of: model, named: nil, labelling: transfer.sample > 0 ? source : nil)
    attacked = try places.prefix(transfer.sample).map {
      classes.relabelled(try sample(source, $0))
    }
    attackedPath = (transfer.data ?? options.seeds).absolutePath
    self.classes = classes
    if attacked.count < transfer.sample {
      remark("there are only \(attacked.count) pictures left to attack")
    }
    for picture in attacked {
      if let label = picture.label, !(0..<model.classCount).contains(label) {
        throw CommandFailure(
          .badData,
          "\(picture.name) has class \(label), and the service has the classes 0 to "
            + "\(model.classCount - 1)")
      }
    }
    let rest = Array(order.dropFirst(learned + own))
    pool = NaturalPictures(count: rest.count) { number in
      let sample = try dataset.sample(at: rest[number])
      return try sample.picture.fitted(to: shape, named: sample.name)
    }
  }

  private static func order(of dataset: any Dataset, key: RandomKey) -> [Int] {
    var numbers = key.makeNumbers()
    return Array(0..<dataset.count).shuffled(using: &numbers)
  }
}
