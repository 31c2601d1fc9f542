import Foundation
import Imaging
import ProgramFormats
import ProgramIR
import Testing

@testable import TrafficSigns

@Suite("Shipped traffic signs") struct ShippedSignsTests {
  /// Every fifth picture: drawing all of them is slow without optimization.
  @Test("The shipped pictures are what is drawn today", arguments: SignClass.allCases)
  func picturesAreCurrent(sign: SignClass) throws {
    let painter = SignPainter(seed: ShippedSigns.seed)
    let folder = ShippedSigns.directory.appending(path: sign.rawValue)
    let names = try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()
    #expect(names == (0..<ShippedSigns.perClass).map(SignDataset.fileName(of:)))
    for number in stride(from: 0, to: ShippedSigns.perClass, by: 5) {
      let file = folder.appending(path: SignDataset.fileName(of: number))
      let shipped = try Picture(contentsOf: file.path)
      #expect(shipped == painter.picture(of: sign, number: number), "\(file.lastPathComponent)")
    }
  }

  @Test("There is a folder for each class and nothing else")
  func folders() throws {
    let names = try FileManager.default.contentsOfDirectory(atPath: ShippedSigns.directory.path)
    #expect(Set(names) == Set(SignClass.allCases.map(\.rawValue)))
  }

  @Test("Pictures and model are small enough to ship")
  func size() throws {
    let files = try #require(
      FileManager.default.enumerator(
        at: ShippedSigns.directory, includingPropertiesForKeys: [.fileSizeKey]))
    var total = 0
    for model in Self.models {
      let size = try byteCount(of: model)
      #expect(size < 2_000_000)
      total += size
    }
    for case let file as URL in files { total += try byteCount(of: file) }
    #expect(total < 3_000_000)
  }

  private static let models = [ShippedSigns.model, ShippedSigns.hardenedModel]

  @Test(
    "A model takes any number of the pictures and gives a logit for each class", arguments: models)
  func modelFits(model: URL) throws {
    let program = try Program.read(from: model.path)
    let input = try #require(program.userInputs.first.flatMap { program.types[$0.name] })
    let logits = try #require(program.results.first.flatMap { program.types[$0.name] })
    let side = SignPainter.side
    #expect(input.sizes.map(\.fixedSize) == [nil, 3, side, side])
    #expect(logits.sizes.map(\.fixedSize) == [nil, SignClass.allCases.count])
  }

  @Test("A model carries no path of the machine that made it, and no pickle", arguments: models)
  func modelIsClean(model: URL) throws {
    let bytes = try Data(contentsOf: model)
    // PyTorch keeps a pickle as an archive with an entry of this name.
    let pickle = "data.pkl"
    for trace in ["stack_trace", "nn_module_stack", "site-packages", pickle] {
      #expect(bytes.range(of: Data(trace.utf8)) == nil, "\(trace)")
    }
  }

  private func byteCount(of file: URL) throws -> Int {
    try file.resourceValues(forKeys: [.fileSizeKey]).fileSize ?? 0
  }
}
