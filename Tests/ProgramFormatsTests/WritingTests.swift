import Foundation
import ProgramIR
import TestKit
import Testing

@testable import ProgramFormats

@Suite struct WritingTests {
  /// Every fixture but the one that cannot be read.
  static let fixtures = ProgramNames.readable

  private static func inTemporaryFolder<R>(_ body: (URL) throws -> R) throws -> R {
    let folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    return try body(folder)
  }

  private static func rewritten(_ program: Program) throws -> Program {
    try inTemporaryFolder { folder in
      let path = folder.appending(path: "program.pt2").path
      try program.write(to: path)
      return try Program.read(from: path)
    }
  }

  private static func expectSame(_ found: Program, _ expected: Program) throws {
    #expect(found.inputs == expected.inputs)
    #expect(found.nodes == expected.nodes)
    #expect(found.outputs == expected.outputs)
    #expect(found.scalars == expected.scalars)
    #expect(found.types.filter { expected.types[$0.key] != nil } == expected.types)
    #expect(Set(found.weights.keys) == Set(expected.weights.keys))
    for (name, weight) in expected.weights {
      let copy = try #require(found.weights[name])
      #expect(copy.sizes == weight.sizes && copy.strides == weight.strides)
      #expect(copy.dataType == weight.dataType && copy.offset == weight.offset)
      let same = copy.storage.withBytes { left in
        weight.storage.withBytes { right in left.elementsEqual(right) }
      }
      #expect(same, "\(name)")
    }
    // Weights that were one stay one.
    for (first, one) in expected.weights {
      for (second, other) in expected.weights where one.storage == other.storage {
        #expect(found.weights[first]?.storage == found.weights[second]?.storage)
      }
    }
  }

  @Test(arguments: fixtures)
  func whatIsWrittenIsReadAgain(fixture: String) throws {
    // Reading gives names that Python accepts to what stood in a region.
    let program = try Program.read(from: Fixture.path(fixture)).withPythonNames()
    try Self.expectSame(try Self.rewritten(program), program)
  }

  @Test(.needs("golden/programs"), arguments: Fixture.sharedPrograms)
  func realModelsToo(path: String) throws {
    let program = try Program.read(from: path).withPythonNames()
    try Self.expectSame(try Self.rewritten(program), program)
  }

  @Test func theSameProgramIsTheSameFile() throws {
    try Self.inTemporaryFolder { folder in
      let program = try Program.read(from: Fixture.path("tied-weights"))
      let paths = ["a", "b"].map { folder.appending(path: "\($0).pt2") }
      for path in paths { try program.write(to: path.path) }
      #expect(try Data(contentsOf: paths[0]) == Data(contentsOf: paths[1]))
    }
  }

  @Test func aFileThatCannotBeWrittenIsOneSentenceAndLeavesNothing() throws {
    try Self.inTemporaryFolder { folder in
      let program = try Program.read(from: Fixture.path("dynamic-batch"))
      let missing = folder.appending(path: "absent/model.pt2").path
      #expect { try program.write(to: missing) } throws: { error in
        (error as? FormatError)?.reason == .unwritable
          && "\(error)".hasPrefix("\(missing): the file cannot be written")
      }
      // A folder of that name is in the way of the last step.
      let occupied = folder.appending(path: "model.pt2")
      try FileManager.default.createDirectory(
        at: occupied.appending(path: "x"), withIntermediateDirectories: true)
      #expect(throws: FormatError.self) { try program.write(to: occupied.path) }
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["model.pt2"])
    }
  }

  @Test func aProgramThatDoesNotSayEnoughIsRefusedAndKeepsTheOldFile() throws {
    let program = try Program.read(from: Fixture.path("dynamic-batch"))
    try Self.inTemporaryFolder { folder in
      let path = folder.appending(path: "model.pt2").path
      try Data("old".utf8).write(to: URL(filePath: path))
      let untyped = Program(
        inputs: program.inputs, nodes: program.nodes, outputs: program.outputs,
        weights: program.weights, types: [:], producer: program.producer)
      #expect { try untyped.write(to: path) } throws: {
        ($0 as? FormatError)?.reason == .unsupported
      }
      #expect(try Data(contentsOf: URL(filePath: path)) == Data("old".utf8))
    }
  }

  /// PyTorch itself opens what we wrote and computes what it computed before.
  @Test(.enabled(if: ReferenceScript.python != nil, "needs the Python environment of make setup"))
  func pyTorchOpensWhatIsWritten() throws {
    let python = try #require(ReferenceScript.python)
    try Self.inTemporaryFolder { folder in
      for fixture in Self.fixtures {
        let (source, target) = (
          URL(filePath: Fixture.path(fixture)).deletingLastPathComponent(),
          folder.appending(path: fixture)
        )
        try FileManager.default.copyItem(at: source, to: target)
        let file = target.appending(path: "program.pt2").path
        let program = try Program.read(from: file)
        try program.write(to: file)
        try program.inEvaluationMode().write(
          to: target.appending(path: "evaluation.pt2").path)
      }
      let (status, text) = try ReferenceScript.run(
        "check_written_programs.py", with: python, [folder.path])
      #expect(status == 0, "\(text)")
    }
  }
}

/// Names of the fixtures that hold a sound program.
enum ProgramNames {
  static let readable: [String] = {
    let folder = packageRoot.appending(path: "Tests/Fixtures/programs").path
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    return names.filter { $0 != "pickled-weight" }.sorted()
  }()
}
