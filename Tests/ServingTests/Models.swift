import Dispatch
import Foundation
import InferenceProtocol
import ProgramFormats
import ProgramIR
import ProgramRuntime
import Serving
import TensorModule
import ThreatModels
import TrafficSigns

/// Two classes of pictures of 2×2 grey pixels: the logits are the sum of pixels, and 1.
struct BrightnessModel: Classifier {
  let imageShape = ImageShape(channels: 1, height: 2, width: 2)
  let classCount = 2
  /// Run before each pass, with the number of pictures.
  var beforePass: @Sendable (Int) -> Void = { _ in }

  func logits(of images: Tensor) throws(EngineError) -> Tensor {
    beforePass(images.count)
    let sums = images.sum(along: [1, 2, 3])
    return Tensor.stacked([sums, sums.filled(with: 1)]).permuted([1, 0])
  }
}

/// A model that gives NaN for black pictures.
struct BrokenModel: Classifier {
  let imageShape = ImageShape(channels: 1, height: 2, width: 2)
  let classCount = 2

  func logits(of images: Tensor) throws(EngineError) -> Tensor {
    let sums = images.sum(along: [1, 2, 3])
    return Tensor.stacked([sums / sums, sums.filled(with: 1)]).permuted([1, 0])
  }
}

/// The shipped model of traffic signs.
func signsModel() throws -> ProgramClassifier {
  try ProgramClassifier(Program.read(from: ShippedSigns.model.path))
}

/// Pictures of 2×2 pixels as a request.
func request(
  _ contents: TensorContents, shape: [Int]? = nil, outputs: [RequestedOutput]? = nil
) -> InferenceRequest {
  InferenceRequest(
    id: "7",
    inputs: [
      InferenceTensor(
        name: "input", shape: shape ?? [contents.count / 4, 1, 2, 2], contents: contents)
    ], outputs: outputs)
}
