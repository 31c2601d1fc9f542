import Adversary
import Foundation

/// Times our training, or trains as usual and tells how good the model became.
///
///     printf 'pgd 5\nstep 5\n' | training-times mnist
///     training-times learn MODEL.pt2 EPOCHS PICTURES SEED
///
/// `train_peers.py` describes what is timed and what is learned. One thread.
@main
struct TrainingTimes {
  static func main() throws {
    Engine.useThreads(1)
    Engine.keepFreedMemory()
    let arguments = Array(CommandLine.arguments.dropFirst())
    if arguments.first == "learn", arguments.count == 5, let epochs = Int(arguments[2]),
      let count = Int(arguments[3]), let seed = UInt64(arguments[4])
    {
      print(try Learning(arguments[1], epochs: epochs, count: count, seed: seed).answer())
      return
    }
    guard let subject = arguments.first.flatMap(Subject.init(rawValue:)) else {
      fatalError("one of \(Subject.allCases.map(\.rawValue)) is expected, or learn")
    }
    let timing = try Timing(subject)
    while let line = readLine() {
      let words = line.split(separator: " ")
      guard words.count == 2, let runs = Int(words[1]),
        let part = Timing.Part(rawValue: "\(words[0])")
      else { fatalError("a part and a number of runs are expected, not “\(line)”") }
      print(try timing.answer(part, runs: runs))
      fflush(nil)
    }
  }
}

/// What is trained on what.
enum Subject: String, CaseIterable {
  /// Two convolutions and two linear layers.
  case mnist
  /// ResNet-20.
  case cifar10

  /// Where models and data are, beside the checkout.
  static let shared = URL(filePath: #filePath).deletingLastPathComponent()
    .appending(path: "../../../../shared").standardizedFileURL

  /// The exported model.
  var model: String {
    let name = self == .mnist ? "mnist-lenet5-standard" : "cifar10-resnet20"
    return Self.shared.appending(path: "models/\(name).pt2").path
  }

  /// The data set.
  var data: String {
    Self.shared.appending(path: self == .mnist ? "data/mnist" : "data/cifar-10-batches-bin").path
  }

  /// How many pictures one run learns from: four batches.
  var count: Int { 512 }

  /// The largest change of a pixel, and the length of each of seven steps.
  var budget: (epsilon: Double, stepSize: Double) {
    self == .mnist ? (0.3, 0.1) : (8.0 / 255, 2.0 / 255)
  }
}

extension PictureSet {
  /// The first pictures of the training part of a data set.
  init(_ data: String, count: Int, for model: TrainableClassifier) throws {
    let dataset = try openDataset(at: data, split: .training)
    try self.init(
      count: count, shape: model.imageShape, classCount: model.classCount,
      loading: { try dataset.sample(at: $0) })
  }
}
