import Oracles
import TensorModule
import ThreatModels

/// Class k for pictures of 3×4×4 whose channel k is brightest; its logits are means times four.
struct BrightModel: Classifier {
  static let shape = ImageShape(channels: 3, height: 4, width: 4)
  var imageShape: ImageShape { Self.shape }
  var classCount: Int { 3 }

  func logits(of images: Tensor) throws(EngineError) -> Tensor {
    images.detached().mean(along: [2, 3]) * 4
  }

  /// So many different pictures on the grid of 8 bits, with their classes.
  static func pictures(_ count: Int) -> (images: Tensor, labels: [Int]) {
    var numbers = RandomKey(seed: 7).part("pictures").makeNumbers()
    var samples: [Float] = []
    var labels: [Int] = []
    for _ in 0..<count {
      let label = Int.random(in: 0..<3, using: &numbers)
      for channel in 0..<3 {
        for _ in 0..<16 {
          let level = Int.random(in: 0..<100, using: &numbers) + (channel == label ? 120 : 0)
          samples.append(Float(level) / 255)
        }
      }
      labels.append(label)
    }
    return (Tensor(samples, shape: [count, 3, 4, 4]), labels)
  }

  /// The class of a picture that was sent as bytes, channel by channel.
  static func label(ofBytes bytes: [UInt8]) -> Int {
    let sums = (0..<3).map { channel in
      bytes[(channel * 16)..<((channel + 1) * 16)].reduce(0) { $0 + Int($1) }
    }
    return sums.indices.reduce(0) { sums[$1] > sums[$0] ? $1 : $0 }
  }
}

/// A model that is asked here, and keeps what it was asked.
final class CountedModel: QueriedModel {
  private let oracle: LocalOracle
  private(set) var asked: [EncodedPicture] = []

  init(sendsFloats: Bool = false, labelsOnly: Bool = false) {
    oracle = LocalOracle(
      BrightModel(), named: "bright", sendsFloats: sendsFloats, labelsOnly: labelsOnly)
  }

  var identity: OracleIdentity { oracle.identity }
  var imageShape: ImageShape { oracle.imageShape }
  var classCount: Int { oracle.classCount }
  var encoding: PictureEncoding { oracle.encoding }
  var scoreKind: ScoreKind? { oracle.scoreKind }
  var retryCount: Int { oracle.retryCount }

  func ask(
    about pictures: [EncodedPicture], send: QuestionSender, receive: AnswerReceiver
  ) throws(OracleError) {
    asked += pictures
    try oracle.ask(about: pictures, send: send, receive: receive)
  }
}
