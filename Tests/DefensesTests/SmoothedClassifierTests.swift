import Defenses
import ProgramIR
import ProgramRuntime
import TensorModule
import TestKit
import Testing
import ThreatModels

extension EngineTests {
  /// Certificates where the truth is known: under noise a linear model of two classes gives class 1
  /// with the probability Φ((w·x + b) / (σ‖w‖)), so the smoothed classifier's radius is the distance
  /// |w·x + b| / ‖w‖ to the plane, whatever σ is.
  @Suite struct SmoothedClassifierTests {
    private let model: ProgramClassifier
    private let images: Tensor
    /// Distances to the plane, signed.
    private let distances: [Double]

    init() throws {
      let generator = RandomKey(seed: 4).makeGenerator()
      let weight = Tensor.normal([48], using: generator)
      images = Tensor.uniform([24, 3, 4, 4], using: generator)
      let logits = (images.flattenedSamples() * weight).sum(along: [1])
      let bias = -logits.mean().scalar()
      model = try ProgramClassifier(
        .logisticRegression(
          weight: weight.floats(), bias: Float(bias), channels: 3, height: 4, width: 4))
      let length = weight.norm(order: 2, along: [0]).scalar()
      distances = (logits + bias).doubles().map { $0 / length }
    }

    private func smoothed(_ sigma: Double, samples: Int, alpha: Double = 0.001)
      -> SmoothedClassifier
    {
      SmoothedClassifier(
        of: model, settings: .init(sigma: sigma, samples: samples, alpha: alpha), batchSize: 500)
    }

    @Test(arguments: [0.1, 0.3])
    func radiiStayBelowTheDistanceAndApproachIt(sigma: Double) throws {
      var gaps: [Double] = []
      for samples in [200, 5000] {
        let classifier = smoothed(sigma, samples: samples)
        var gap = 0.0
        for row in 0..<images.count {
          let found = try classifier.certificate(
            for: images[row], key: RandomKey(seed: 1).part(row))
          guard let radius = found.radius else { continue }
          #expect(found.prediction == (distances[row] > 0 ? 1 : 0))
          // 96 certificates at α = 0.001: the keys are fixed, and none of them is wrong.
          #expect(radius <= abs(distances[row]), "\(radius) of \(distances[row])")
          // No count of votes can prove more than all of them do.
          let most = SmoothedClassifier.Certificate(
            candidate: 0, votes: samples, settings: classifier.settings)
          gap += min(abs(distances[row]), most.radius ?? 0) - radius
        }
        gaps.append(gap / Double(images.count))
      }
      #expect(gaps[1] < gaps[0] / 2 && gaps[1] < 0.2 * sigma, "\(gaps)")
    }

    /// With a large α about that many certificates claim too much, and not many more.
    @Test func certificatesAreWrongAsOftenAsAlphaAllows() throws {
      let classifier = smoothed(0.3, samples: 100, alpha: 0.2)
      let row = try #require(
        distances.indices.min { abs(distances[$0] - 0.3) < abs(distances[$1] - 0.3) })
      let wrong = try (0..<400).count { trial in
        let found = try classifier.certificate(
          for: images[row], key: RandomKey(seed: 2).part(trial))
        return (found.radius ?? 0) > distances[row]
      }
      // Clopper and Pearson's bound errs with at most α; three standard deviations of 400 are 0.06.
      #expect(wrong > 20 && wrong <= 104, "\(wrong)")
    }

    @Test func predictionsAbstainNearTheBoundary() throws {
      let classifier = smoothed(0.3, samples: 1000)
      let near = try #require(distances.indices.min { abs(distances[$0]) < abs(distances[$1]) })
      let far = try #require(distances.indices.max { abs(distances[$0]) < abs(distances[$1]) })
      #expect(abs(distances[near]) < 0.03 && abs(distances[far]) > 0.15)
      let key = RandomKey(seed: 3)
      #expect(try classifier.prediction(for: images[near], key: key) == nil)
      #expect(try classifier.certificate(for: images[near], key: key).prediction == nil)
      #expect(
        try classifier.prediction(for: images[far], key: key) == (distances[far] > 0 ? 1 : 0))
    }

    @Test func votesDoNotDependOnTheBatchSize() throws {
      let settings = SmoothedClassifier.Settings(sigma: 0.5, samples: 333)
      let key = RandomKey(seed: 7)
      let votes = try [1, 7, 50, 64, 1000].map { size in
        try SmoothedClassifier(of: model, settings: settings, batchSize: size)
          .votes(for: images[0], samples: 333, key: key)
      }
      #expect(Set(votes).count == 1 && votes[0].reduce(0, +) == 333)
      let other = try SmoothedClassifier(of: model, settings: settings)
        .votes(for: images[0], samples: 333, key: key.part(1))
      #expect(other != votes[0])
    }
  }
}
