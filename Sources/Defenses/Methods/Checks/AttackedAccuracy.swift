import Attacks
import TensorModule
import ThreatModels

/// How often a model is right on pictures while they are attacked.
struct AttackedAccuracy {
  /// How many pictures are worked on together; results depend on it only by rounding.
  private static let blockSize = 100

  let model: any DifferentiableClassifier
  let images: Tensor
  let labels: Tensor
  let keys: [RandomKey]
  let threat: ThreatModel

  /// The share of pictures that the model gets right, 0…1.
  ///
  /// - Parameter attack: what is done to them first; nothing for pictures as they are.
  func callAsFunction(under attack: (any WhiteBoxAttack)? = nil) throws(EngineError) -> Double {
    var right = 0
    for start in stride(from: 0, to: keys.count, by: Self.blockSize) {
      let range = start..<min(start + Self.blockSize, keys.count)
      let (images, labels) = (images[range], labels[range])
      let batch = AttackBatch(images, toward: Goal(avoiding: labels), keys: Array(keys[range]))
      let shown = try attack?.perturbed(batch, on: model, within: threat) ?? images
      let predictions = try model.logits(of: shown).argmax(along: 1)
      right += (predictions .== labels).truths().count { $0 }
    }
    return Double(right) / Double(max(keys.count, 1))
  }
}
