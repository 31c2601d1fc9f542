import Evaluation
import Foundation
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
