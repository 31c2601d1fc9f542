import CZlib
import Datasets
import Imaging
import TestKit
import Testing

@Suite("Real data")
struct RealDataTests {
  @Test("MNIST", .needs("data/mnist"))
  func mnist() throws {
    let test = try MNIST(folder: SharedFolder.path("data/mnist"))
    #expect(test.count == 10_000)
    #expect(try (0..<5).map { try test.sample(at: $0).label } == [7, 2, 1, 0, 4])
    let first = try test.sample(at: 0)
    #expect(first.picture.width == 28 && first.picture.height == 28)
    #expect(first.name == "0000-7")
    let training = try MNIST(folder: SharedFolder.path("data/mnist"), split: .training)
    #expect(training.count == 60_000)
    #expect(try (0..<5).map { try training.sample(at: $0).label } == [5, 0, 4, 1, 9])
  }

  @Test("Fashion-MNIST", .needs("data/fashion-mnist"))
  func fashion() throws {
    let test = try openDataset(at: SharedFolder.path("data/fashion-mnist"))
    #expect(test.count == 10_000)
    #expect(try test.sample(at: 0).name == "0000-Ankle-boot")
  }

  @Test("CIFAR-10", .needs("data/cifar-10-batches-bin"))
  func cifar() throws {
    let test = try openDataset(at: SharedFolder.path("data/cifar-10-batches-bin"))
    #expect(test.count == 1_000)
    #expect(
      try (0..<5).map { try test.sample(at: $0).name.dropFirst(5) } == [
        "cat", "ship", "ship", "airplane", "frog",
      ])
    #expect(
      try CIFAR10(folder: SharedFolder.path("data/cifar-10-batches-bin"), split: .training).count
        == 20_000)
  }

  @Test("traffic signs", .needs("data/gtsrb"))
  func signs() throws {
    let folder = SharedFolder.path("data/gtsrb")
    let test = try openDataset(at: folder)
    #expect(test.count == 1_720 && test.classNames?.count == 43)
    #expect(try openDataset(at: folder, split: .training).count == 5_160)
    let last = try test.sample(at: 1_719)
    #expect(last.label == 42 && last.name.hasPrefix("00042-"))
    #expect(last.picture.width == 32 && last.picture.channels == 3)
  }

  @Test("photographs decode to the samples that Pillow decodes", .needs("data/imagenet-samples"))
  func photographs() throws {
    let names = try ClassNames.read(from: SharedFolder.path("models/imagenet-labels.txt"))
    #expect(names.count == 1_001)
    let data = try LabelledFolder(
      csv: SharedFolder.path("data/imagenet-samples/labels.csv"), classNames: names)
    #expect(data.count == 60)
    let samples = try (0..<60).map { try data.sample(at: $0) }
    #expect(Set(samples.map(\.name)).count == 60)
    #expect(samples[0].name == "0000-tench" && samples[0].label == 1)
    // CRC-32 of the samples, recorded with Pillow 13.0.0.
    let checksums = [0: 1_164_034_910, 20: 3_446_906_863, 40: 2_553_946_399]
    for (index, checksum) in checksums {
      let bytes = samples[index].picture.samples
      #expect(crc32(0, bytes, uInt(bytes.count)) == checksum)
    }
  }
}
