import Evaluation
import Foundation
import Imaging
import ProgramFormats
import TestKit
import Testing
import TrafficSigns

/// `adversary transfer` as people run it.
@Suite final class TransferTests {
  private let folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)

  init() throws {
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(at: folder) }

  /// The names of the classes are given to all models.
  @Test func foldersThatAreNoClassesAskForNames() throws {
    let model = folder.appending(path: "plain.pt2").path
    try SmallModel.plain.write(to: model)
    let data = folder.appending(path: "data")
    for name in ["b", "c"] {
      let place = data.appending(path: name)
      try FileManager.default.createDirectory(at: place, withIntermediateDirectories: true)
      try Picture(width: 4, height: 4, filledWith: [9, 9, 200])
        .write(toPNG: place.appending(path: "0.png").path)
    }
    let copy = folder.appending(path: "copy.pt2").path
    try SmallModel.plain.write(to: copy)
    let arguments = ["transfer", model, copy, "--data", data.path, "--attack", "fgsm"]
    let refused = try Command(arguments)
    #expect(refused.exitCode == 65 && refused.errors.contains("--labels"), "\(refused.errors)")
    let names = folder.appending(path: "names.txt")
    try Data("a\nb\nc\n".utf8).write(to: names)
    let named = try Command(arguments + ["--labels", names.path])
    #expect(named.exitCode == 0, "\(named.errors)")
  }

  @Test func comparesModelsAndKeepsAnEarlierStudy() throws {
    let copy = folder.appending(path: "copy.pt2")
    try FileManager.default.copyItem(at: ShippedSigns.model, to: copy)
    let output = folder.appending(path: "study")
    let arguments = [
      "transfer", ShippedSigns.model.path, copy.path, "--data", ShippedSigns.directory.path,
      "--first", "20", "--threads", "1", "-o", output.path,
    ]
    let first = try Command(arguments + ["--json"])
    #expect(first.exitCode == 0, "\(first.errors)")
    let matrix = try JSONDecoder().decode(TransferMatrix.self, from: Data(first.output.utf8))
    // What fools a model fools its copy, whichever of them it was made on.
    #expect(matrix.fooledRates.count == 2 && matrix.fooledRates[0] == matrix.fooledRates[1])
    #expect(FileManager.default.fileExists(atPath: output.appending(path: "transfer.md").path))
    let again = try Command(arguments)
    #expect(again.exitCode == 64 && again.errors.contains("--replace"))
    #expect(try Command(arguments + ["--replace"]).exitCode == 0)
  }
}
