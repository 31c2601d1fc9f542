import Foundation
import TestKit

@testable import ProgramFormats

/// Where files for tests are, found from this file.
enum Fixture {
  static func path(_ name: String) -> String {
    packageRoot.appending(path: "Tests/Fixtures/programs/\(name)/program.pt2").path
  }

  static func bytes(_ name: String) throws -> [UInt8] {
    [UInt8](try Data(contentsOf: URL(fileURLWithPath: path(name))))
  }

  /// The entries of a sound archive, to be made unsound.
  static func entries(_ name: String) throws -> [ZipBuilder.Entry] {
    let archive = try ZipArchive(bytes: bytes(name))
    return try archive.names.map { ZipBuilder.Entry($0, [UInt8](try archive.text(of: $0))) }
  }

  /// Every `.pt2` file of the shared folder.
  static let sharedPrograms: [String] = {
    let programs = SharedFolder.url.appending(path: "golden/programs")
    let names = (try? FileManager.default.contentsOfDirectory(atPath: programs.path)) ?? []
    let models = SharedFolder.url.appending(path: "models")
    let modelNames = (try? FileManager.default.contentsOfDirectory(atPath: models.path)) ?? []
    return names.map { programs.appending(path: "\($0)/program.pt2").path }.sorted()
      + modelNames.filter { $0.hasSuffix(".pt2") }.map { models.appending(path: $0).path }.sorted()
  }()
}
