import Attacks
import Evaluation
import Foundation
import Imaging
import ProgramIR
import ProgramRuntime
import TensorModule
import TestKit
import Testing
import ThreatModels

extension EngineTests {
  /// A run of two pictures written by hand, so that each file can be falsified.
  @Suite final class VerificationTests {
    private let path = FileManager.default.temporaryDirectory.appending(
      path: "adversary-\(UUID().uuidString)"
    ).path
    private let model: ProgramClassifier

    init() throws {
      model = try ProgramClassifier(
        .logisticRegression(
          weight: [Float](repeating: 1, count: 16), bias: -16 * 128 / 255, channels: 1, height: 4,
          width: 4))
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    @Test func aFullDiskIsToldFromAPlaceThatCannotBe() {
      func told(_ code: POSIXErrorCode) -> RunFolderError {
        .unwritable(
          "x",
          because: CocoaError(.fileWriteUnknown, userInfo: [NSUnderlyingErrorKey: POSIXError(code)])
        )
      }
      #expect(told(.ENOSPC) == .noRoom("x", "No space left on device"))
      #expect(told(.ENOENT) == .unwritable("x", "No such file or directory"))
    }

    private static func grey(_ level: UInt8) -> Picture {
      Picture(width: 4, height: 4, filledWith: [level])
    }

    private func writeRun(pixels: PixelGrid = .eightBit) throws -> RunFolder {
      let folder = try RunFolder(creating: path, replacing: true)
      let trial = Trial(
        FGSM(),
        within: ThreatModel(try PerturbationBudget(.linf, epsilon: "8/255"), pixels: pixels))
      let images = Tensor.stacked([132, 168].map { Tensor.full([1, 4, 4], $0) / 255 })
      let result = try trial.run(on: model, images: images, labels: [1, 1], numbers: [0, 1])
      var records: [SampleRecord] = []
      for (row, level) in [132, 168].enumerated() {
        let record = result.record(ofRow: row, named: "p\(row)") { "class \($0)" }
        try folder.write(VerificationTests.grey(UInt8(level)), as: .original, ofSample: record.name)
        try folder.write(
          VerificationTests.grey(UInt8(level - 8)), as: .adversarial, ofSample: record.name)
        try folder.write(point: result.images[row].floats(), ofSample: record.name)
        records.append(record)
      }
      try folder.write(
        RunManifest(
          of: trial, model: .init(path: "m.pt2", sha256: "00"), engineVersion: "2", classNames: nil,
          samples: records))
      return folder
    }

    @Test(arguments: PixelGrid.allCases)
    func confirmsAnHonestRun(pixels: PixelGrid) throws {
      let verification = try Verification(of: try writeRun(pixels: pixels), on: model)
      #expect(verification.holds)
      #expect((verification.claimed, verification.confirmed) == (1, 1))
    }

    /// What looks for the nearest point finds some that fool but lie outside the budget.
    @Test func aPointThatIsTooFarAwayMayBeSaidToHold() throws {
      let folder = try writeRun()
      var manifest = try folder.manifest()
      manifest.threat = ThreatModel(try PerturbationBudget(.linf, epsilon: "4/255"))
      #expect(manifest.samples[0].outcome == .newlyWrong)
      manifest.samples[0].outcome = .robust
      manifest.counts = Counts(of: manifest.samples.map(\.outcome))
      try folder.write(manifest)
      // FGSM keeps to the budget.
      #expect(!(try Verification(of: folder, on: model).holds))
      manifest.attack = .init(of: DDN())
      try folder.write(manifest)
      let verification = try Verification(of: folder, on: model)
      #expect(verification.holds)
      #expect(verification.claimed == 0)
    }

    /// A way to falsify the files, and what must be said of it.
    struct Forgery: CustomTestStringConvertible, Sendable {
      let testDescription: String
      let words: String
      let forge: @Sendable (RunFolder) throws -> Void
    }

    static let forgeries: [Forgery] = [
      Forgery(testDescription: "too far", words: "outside the budget") {
        try $0.write(VerificationTests.grey(100), as: .adversarial, ofSample: "p0")
      },
      Forgery(testDescription: "no longer fools", words: "is taken for class 1 now") {
        try $0.write(VerificationTests.grey(130), as: .adversarial, ofSample: "p0")
      },
      Forgery(testDescription: "another original", words: "the original is taken for class 0") {
        try $0.write(VerificationTests.grey(120), as: .original, ofSample: "p0")
      },
      Forgery(testDescription: "another size", words: "is not what a run folder has") {
        try $0.write(
          Picture(width: 3, height: 4, filledWith: [124]), as: .adversarial, ofSample: "p0")
      },
      Forgery(testDescription: "missing", words: "adversarial/p0.png") {
        try FileManager.default.removeItem(atPath: "\($0.path)/adversarial/p0.png")
      },
      Forgery(testDescription: "a claim too many", words: "does not follow from the prediction") {
        var manifest = try $0.manifest()
        manifest.samples[1].outcome = .newlyWrong
        try $0.write(manifest)
      },
      Forgery(testDescription: "false counts", words: "the counts do not add up") {
        var manifest = try $0.manifest()
        manifest.counts.newlyWrong = 600
        try $0.write(manifest)
      },
      Forgery(testDescription: "right called wrong before", words: "so it was not wrong before") {
        var manifest = try $0.manifest()
        manifest.samples[1].outcome = .initiallyWrong
        manifest.counts = Counts(of: manifest.samples.map(\.outcome))
        try $0.write(manifest)
      },
      Forgery(testDescription: "another label", words: "so it was wrong before") {
        var manifest = try $0.manifest()
        manifest.samples[1].label = 0
        try $0.write(manifest)
      },
      Forgery(testDescription: "invented distances", words: "the recorded distances") {
        var manifest = try $0.manifest()
        manifest.samples[0].distances?.l2 = 0.001
        try $0.write(manifest)
      },
      Forgery(testDescription: "invented confidence", words: "is taken for class 0 now") {
        var manifest = try $0.manifest()
        manifest.samples[0].adversarial?.confidence = 0.999
        try $0.write(manifest)
      },
      Forgery(testDescription: "a name that leaves the folder", words: "the sample name") {
        var manifest = try $0.manifest()
        manifest.samples[0].name = "../p0"
        try $0.write(manifest)
      },
    ]

    @Test(arguments: forgeries)
    func findsEveryForgery(forgery: Forgery) throws {
      let folder = try writeRun()
      try forgery.forge(folder)
      let verification = try Verification(of: folder, on: model)
      #expect(!verification.holds)
      #expect(
        verification.discrepancies.contains { $0.reason.contains(forgery.words) },
        "\(verification.discrepancies)")
    }

    @Test func theManifestComesBackAsItWas() throws {
      let folder = try writeRun()
      let manifest = try folder.manifest()
      #expect(manifest.attack.name == "FGSM")
      #expect(manifest.threat.budget.text == "8/255")
      try folder.write(manifest)
      #expect(try folder.manifest() == manifest)
      try Data("{}".utf8).write(to: URL(filePath: "\(path)/run.json"))
      #expect(throws: RunFolderError.malformed(path, "run.json")) { try folder.manifest() }
    }

    @Test func replacesOnlyRunsAndOnlyWhenTold() throws {
      _ = try writeRun()
      #expect(throws: RunFolderError.holdsRun(path)) {
        try RunFolder(creating: path, replacing: false)
      }
      _ = try RunFolder(creating: path, replacing: true)
      #expect(!FileManager.default.fileExists(atPath: "\(path)/adversarial/p0.png"))
      #expect(throws: RunFolderError.missing(path)) { try RunFolder(opening: path) }
      #expect(throws: RunFolderError.occupied("/")) {
        try RunFolder(creating: "/", replacing: true)
      }
    }
  }
}
