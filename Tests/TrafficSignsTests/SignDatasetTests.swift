import Foundation
import Imaging
import Testing

@testable import TrafficSigns

@Suite("Writing data sets of signs") struct SignDatasetTests {
  @Test("A data set is a folder for each class with numbered pictures")
  func writes() throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
    defer { try? FileManager.default.removeItem(at: folder) }
    try SignDataset.write(to: folder, perClass: 1, seed: 3)
    let painter = SignPainter(seed: 3)
    for sign in SignClass.allCases {
      let file = folder.appending(path: sign.rawValue).appending(path: "0000.png")
      #expect(try Picture(contentsOf: file.path) == painter.picture(of: sign, number: 0))
    }
  }

  @Test("A place that cannot be written to is named")
  func refuses() throws {
    let file = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
    try Data().write(to: file)
    defer { try? FileManager.default.removeItem(at: file) }
    let error = #expect(throws: ImagingError.self) {
      try SignDataset.write(to: file, perClass: 1, seed: 3)
    }
    #expect(error?.path?.hasPrefix(file.path) == true)
  }

  @Test("Names keep the order of the numbers", arguments: [(0, "0000.png"), (12345, "12345.png")])
  func fileNames(number: Int, name: String) {
    #expect(SignDataset.fileName(of: number) == name)
  }
}
