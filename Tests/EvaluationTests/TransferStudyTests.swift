import Attacks
import Evaluation
import ProgramIR
import ProgramRuntime
import TensorModule
import TestKit
import Testing
import ThreatModels

extension EngineTests {
  @Suite struct TransferStudyTests {
    /// Class 1 where the left half, or the right half, is bright.
    private static func half(_ isLeft: Bool) throws -> ProgramClassifier {
      let weight: [Float] = (0..<16).map { ($0 % 4 < 2) == isLeft ? 1 : 0 }
      return try ProgramClassifier(
        .logisticRegression(weight: weight, bias: -8 * 0.5, channels: 1, height: 4, width: 4))
    }

    @Test func examplesTransferToTheSameEyesOnly() throws {
      let models = [try Self.half(true), try Self.half(true), try Self.half(false)]
      let threat = ThreatModel(try PerturbationBudget(.linf, epsilon: "8/255"))
      var study = TransferStudy(of: models, by: FGSM(), within: threat)
      // Just bright enough; the last is labelled so that nobody is right about it.
      let images = Tensor.full([5, 1, 4, 4], 130.0 / 255)
      try study.add(images: images, labels: [1, 1, 1, 1, 0], numbers: [0, 1, 2, 3, 4])
      let matrix = study.matrix(named: ["a", "b", "c"])
      #expect(
        matrix.fooledRates.map { $0.map { $0?.count } } == [[4, 4, 0], [4, 4, 0], [0, 0, 4]])
      #expect(matrix.targets.map(\.cleanAccuracy.count) == [4, 4, 4])
      #expect(matrix.fooledRates[0][1]?.total == 4)
      #expect(matrix.findings.isEmpty)
    }

    /// Pictures that a source gets wrong have no example, so they say nothing of transfer.
    @Test func ratesAreOverPicturesThatBothGetRight() throws {
      let models = [try Self.half(true), try Self.half(false)]
      let threat = ThreatModel(try PerturbationBudget(.linf, epsilon: "8/255"))
      var study = TransferStudy(of: models, by: FGSM(), within: threat)
      // Bright on both sides; bright on the right side only, which the first model gets wrong.
      let pixels: [Float] = (0..<16).map { $0 % 4 < 2 ? 100.0 / 255 : 130.0 / 255 }
      let right = Tensor(pixels, shape: [1, 1, 4, 4])
      let images = Tensor.concatenated([Tensor.full([2, 1, 4, 4], 130.0 / 255), right])
      try study.add(images: images, labels: [1, 1, 1], numbers: [0, 1, 2])
      let matrix = study.matrix(named: ["left", "right"])
      #expect(matrix.fooledRates.map { $0.map { $0?.total } } == [[2, 2], [2, 3]])
      #expect(matrix.targets.map(\.cleanAccuracy.count) == [2, 3])
    }

    @Test func aModelThatHidesItsGradientsIsFoundByTheOthersExamples() throws {
      // The same eyes, but logits so large that the softmax has no gradient left.
      let open = try Self.half(true)
      let weight: [Float] = (0..<16).map { $0 % 4 < 2 ? 1e6 : 0 }
      let masked = try ProgramClassifier(
        .logisticRegression(weight: weight, bias: -8e6 * 0.5, channels: 1, height: 4, width: 4))
      let threat = ThreatModel(try PerturbationBudget(.linf, epsilon: "8/255"))
      var study = TransferStudy(of: [open, masked], by: FGSM(), within: threat)
      try study.add(
        images: Tensor.full([4, 1, 4, 4], 130.0 / 255), labels: [1, 1, 1, 1], numbers: [0, 1, 2, 3])
      let findings = study.matrix(named: ["open", "masked"]).findings
      #expect(findings.map(\.kind) == [.transferBeatsWhiteBox])
      #expect(findings.first?.observation.contains("fool masked on 4 pictures") == true)
      // A file's name keeps its letters.
      #expect(findings.first?.advice.contains("gradients of masked") == true)
    }
  }
}
