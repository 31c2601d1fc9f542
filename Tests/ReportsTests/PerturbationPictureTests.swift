import Imaging
import Reports
import Testing

@Suite struct PerturbationPictureTests {
  @Test(arguments: [
    (change: 8, budget: nil, factor: 15), (change: 4, budget: 8, factor: 15),
    (change: 1, budget: nil, factor: 120), (change: 0, budget: nil, factor: 120),
    (change: 200, budget: nil, factor: 1), (change: 8, budget: 7.99999999, factor: 15),
    (change: 8, budget: .nan, factor: 15), (change: 8, budget: -1, factor: 15),
    (change: 8, budget: 0.001, factor: 120), (change: 8, budget: .infinity, factor: 15),
  ])
  func theFactorFillsTheRange(change: Int, budget: Double?, factor: Int) {
    let perturbation = PerturbationPicture(
      original: Samples.grey(2, 2, 20), adversarial: Samples.grey(2, 2, UInt8(20 + change)),
      budget: budget)
    #expect(perturbation.factor == factor)
    #expect(perturbation.maximumChange == change)
  }

  @Test func samplesAreAmplifiedAroundMidGreyAndClipped() {
    let original = Picture(width: 5, height: 1, channels: 1, samples: [100, 100, 100, 250, 0])
    let adversarial = Picture(width: 5, height: 1, channels: 1, samples: [100, 108, 92, 0, 255])
    let perturbation = PerturbationPicture(original: original, adversarial: adversarial, budget: 8)
    #expect(perturbation.picture.samples == [128, 248, 8, 0, 255])
    #expect(perturbation.maximumChange == 255)
  }
}
