import Foundation
import InferenceProtocol

/// Which outputs a model shows, and how.
struct OutputPolicy: Sendable {
  let classCount: Int
  let classNames: [String]?
  let isLabelsOnly: Bool
  /// Decimals that probabilities are rounded to.
  let decimals: Int?

  private enum Output: String, CaseIterable {
    case scores
    case probabilities
    case label
    case name
  }

  /// Logits tell what rounding hides, so they are not shown beside rounded probabilities.
  private var offered: [Output] {
    Output.allCases.filter { output in
      switch output {
      case .scores: !isLabelsOnly && decimals == nil
      case .probabilities: !isLabelsOnly
      case .label: true
      case .name: classNames != nil
      }
    }
  }

  /// What the model's metadata say of the outputs.
  var metadata: [TensorMetadata] {
    offered.map { output in
      switch output {
      case .scores, .probabilities:
        TensorMetadata(name: output.rawValue, datatype: .fp32, shape: [-1, classCount])
      case .label: TensorMetadata(name: output.rawValue, datatype: .int64, shape: [-1])
      case .name: TensorMetadata(name: output.rawValue, datatype: .bytes, shape: [-1])
      }
    }
  }

  /// Refuses outputs that are not offered, before the model is asked.
  func check(_ request: InferenceRequest) throws(Refusal) {
    let names = offered.map(\.rawValue)
    for wanted in request.outputs ?? [] {
      guard names.contains(wanted.name) else {
        throw .malformed(
          "the model has no output \(wanted.name.quoted); it has \(names.joined(separator: ", "))")
      }
      if wanted.parameters["classification"] != nil {
        throw .malformed("the extension “classification” is not spoken here; ask for “label”")
      }
    }
  }

  /// The tensors that a request wants, in its order.
  func tensors(of scores: ClassScores, for request: InferenceRequest) -> [InferenceTensor] {
    let wanted = request.outputs.map { $0.compactMap { Output(rawValue: $0.name) } }
    var seen: Set<Output> = []
    return (wanted ?? offered).filter { seen.insert($0).inserted }.map { output in
      let count = scores.labels.count
      let contents: TensorContents =
        switch output {
        case .scores: .fp32(scores.logits)
        case .probabilities: .fp32(scores.probabilities.map(rounded))
        case .label: .int64(scores.labels.map(Int64.init))
        case .name: .bytes(scores.labels.map { Data((classNames?[$0] ?? "").utf8) })
        }
      let isMatrix = output == .scores || output == .probabilities
      return InferenceTensor(
        name: output.rawValue, shape: isMatrix ? [count, classCount] : [count],
        contents: contents)
    }
  }

  private func rounded(_ probability: Float) -> Float {
    guard let decimals else { return probability }
    let scale = pow(10, Double(decimals))
    return Float((Double(probability) * scale).rounded() / scale)
  }
}
