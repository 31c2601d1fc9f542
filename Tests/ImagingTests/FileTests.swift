import Foundation
import Imaging
import Testing

@Suite("Picture files")
struct FileTests {
  /// A folder that disappears with the test.
  private func withFolder(_ body: (String) throws -> Void) throws {
    let folder = URL.temporaryDirectory.appending(path: "imaging-\(UUID())")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    try body(folder.path)
  }

  @Test("a written picture replaces what was there and is read back")
  func roundTrip() throws {
    try withFolder { folder in
      let path = "\(folder)/a.png"
      try Data("old".utf8).write(to: URL(filePath: path))
      let picture = Picture.drawn(width: 12, height: 9, channels: 3)
      try picture.write(toPNG: path)
      #expect(try Picture(contentsOf: path) == picture)
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == ["a.png"])
    }
  }

  @Test("the content decides, not the name")
  func sniffing() throws {
    try withFolder { folder in
      let picture = Picture.drawn(width: 12, height: 9, channels: 1)
      try picture.write(toPNG: "\(folder)/a.jpg")
      #expect(try Picture(contentsOf: "\(folder)/a.jpg") == picture)
    }
  }

  @Test("errors name the file and tell a missing file from a bad one")
  func errors() throws {
    try withFolder { folder in
      let missing = #expect(throws: ImagingError.self) {
        try Picture(contentsOf: "\(folder)/none.png")
      }
      #expect(missing == ImagingError(.missing, path: "\(folder)/none.png"))
      #expect(missing?.description == "“\(folder)/none.png” does not exist.")

      for content in [Data(), Data("GIF89a".utf8)] {
        try content.write(to: URL(filePath: "\(folder)/bad.png"))
        let bad = #expect(throws: ImagingError.self) {
          try Picture(contentsOf: "\(folder)/bad.png")
        }
        #expect(bad == ImagingError(.notAPicture, path: "\(folder)/bad.png"))
      }

      let notAFile = #expect(throws: ImagingError.self) { try Picture(contentsOf: folder) }
      #expect(notAFile == ImagingError(.unreadable("it is not a plain file"), path: folder))

      let nowhere = #expect(throws: ImagingError.self) {
        try Picture(width: 1, height: 1, filledWith: [0]).write(toPNG: "\(folder)/no/a.png")
      }
      #expect(
        nowhere
          == ImagingError(.unwritable("its folder does not exist"), path: "\(folder)/no/a.png"))
    }
  }
}
