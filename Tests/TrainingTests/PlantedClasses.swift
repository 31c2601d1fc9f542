import Datasets
import Imaging
import ProgramIR
import ProgramRuntime
import TensorModule
import ThreatModels
import Training

/// Random pictures with the classes that a planted linear model sees in them.
enum PlantedClasses {
  static let shape = ImageShape(channels: 3, height: 4, width: 4)

  static func program(seed: UInt64) -> Program {
    let weight = Tensor.normal([3 * 48], using: RandomKey(seed: seed).makeGenerator()).floats()
    return .softmaxRegression(
      weight: weight, bias: [0.1, 0, -0.1], channels: 3, height: 4, width: 4)
  }

  static func sample(_ number: Int) throws -> LabelledPicture {
    let planted = try ProgramClassifier(program(seed: 8))
    let generator = RandomKey(seed: 3).part(number).makeGenerator()
    let picture = Picture(Tensor.uniform([3, 4, 4], using: generator))
    let label = try planted.logits(of: Tensor([picture])).argmax(along: 1).integers()[0]
    return LabelledPicture(picture: picture, label: label, name: "picture-\(number)")
  }

  static func pictures(_ count: Int = 150) throws -> PictureSet {
    try PictureSet(count: count, shape: shape, classCount: 3, loading: sample)
  }

  static func weights(_ trainer: Trainer) -> [[Float]] {
    trainer.model.weights.tensors.map { $0.floats() }
  }
}
