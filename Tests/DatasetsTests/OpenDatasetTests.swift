import Datasets
import Imaging
import Testing

@Suite("Recognising a data set")
struct OpenDatasetTests {
  @Test("files and folders are recognised by what is in them")
  func recognises() throws {
    let folder = try TemporaryFolder()
    try folder.write(MNISTTests.images, to: "my-Fashion/t10k-images-idx3-ubyte")
    try folder.write(MNISTTests.labels, to: "my-Fashion/t10k-labels-idx1-ubyte")
    try folder.write(CIFAR10Tests.record(label: 1), to: "cifar/test_batch_short.bin")
    try folder.write(pixel: 0, to: "listed/a.png")
    try folder.write("file,class\na.png,5\n", to: "listed/labels.csv")
    try folder.write(pixel: 0, to: "classes/train/a.png")
    try folder.write(pixel: 1, to: "parts/train/x/a.png")
    try folder.write(pixel: 2, to: "parts/val/x/a.png")
    try folder.write(pixel: 0, to: "loose/a.png")

    let fashion = try openDataset(at: "\(folder.path)/my-Fashion")
    #expect(fashion is MNIST && fashion.classNames == ClassNames.fashionMNIST)
    #expect(try fashion.sample(at: 0).name == "0000-Sneaker")
    #expect(try openDataset(at: "\(folder.path)/cifar") is CIFAR10)
    #expect(try openDataset(at: "\(folder.path)/cifar/test_batch_short.bin") is CIFAR10)
    #expect(try openDataset(at: "\(folder.path)/listed") is LabelledFolder)
    #expect(try openDataset(at: "\(folder.path)/listed/labels.csv") is LabelledFolder)
    #expect(try openDataset(at: "\(folder.path)/loose") is PictureFiles)
    #expect(try openDataset(at: "\(folder.path)/loose/a.png") is PictureFiles)
    // A class that is called “train” is not a part.
    #expect(try openDataset(at: "\(folder.path)/classes").classNames == ["train"])
    for (split, pixel) in [(Split.training, 1), (.test, 2)] {
      let part = try openDataset(at: "\(folder.path)/parts", split: split)
      #expect(try part.sample(at: 0).picture.samples == [UInt8(pixel)])
    }
  }

  @Test("what is not understood is refused with what is")
  func refuses() throws {
    let folder = try TemporaryFolder()
    let path = folder.path
    let text = try folder.write("no", to: "a.txt")
    for unknown in [path, text] {
      let error = #expect(throws: DatasetError(.notRecognised, path: unknown)) {
        try openDataset(at: unknown)
      }
      for understood in ["MNIST", "CIFAR-10", "class folders", "CSV"] {
        #expect(error?.description.contains(understood) == true)
      }
    }
    #expect(throws: DatasetError(.missing, path: "\(path)/none")) {
      try openDataset(at: "\(path)/none")
    }
    try folder.write(pixel: 0, to: "train/x/a.png")
    let noTest = #expect(throws: DatasetError.self) { try openDataset(at: path) }
    #expect(noTest?.description.contains("has a training part and no test part") == true)
    try folder.write(pixel: 0, to: "mixed/a.png")
    try folder.write(pixel: 0, to: "mixed/x/a.png")
    let mixed = #expect(throws: DatasetError.self) { try openDataset(at: "\(path)/mixed") }
    #expect(mixed?.description.contains("both pictures and folders") == true)
  }

  @Test("class names are read one a line")
  func classNames() throws {
    let folder = try TemporaryFolder()
    let names = try folder.write("background\r\n tench, Tinca tinca \n\n", to: "names.txt")
    #expect(try ClassNames.read(from: names) == ["background", "tench, Tinca tinca"])
    for (text, says) in [("\n\n", "no class names"), ("a\n\nb\n", "no class name in line 2")] {
      let bad = try folder.write(text, to: "bad.txt")
      let error = #expect(throws: DatasetError.self) { try ClassNames.read(from: bad) }
      #expect(error?.description.contains(says) == true)
    }
  }
}
