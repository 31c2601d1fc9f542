import Foundation
import Imaging
import TestKit
import Testing
import ThreatModels

@testable import Substitutes

struct PictureSheetTests {
  /// Together the pictures of a round have more pixels than a picture from a stranger may have.
  @Test func aSheetMayBeLargerThanOtherPictures() throws {
    let place = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
    defer { try? FileManager.default.removeItem(at: place) }
    try FileManager.default.createDirectory(
      at: place.appending(path: "rounds"), withIntermediateDirectories: true)
    let side = 1_120
    let pictures = (0..<80).map {
      Picture(width: side, height: side, filledWith: [UInt8($0)])
    }
    let folder = SubstituteFolder(place.path)
    try folder.keep(pictures, as: .round(1))
    let data = try Data(contentsOf: place.appending(path: "rounds/round-01-80.png"))
    #expect(throws: ImagingError.self) { try Picture(decoding: [UInt8](data)) }
    let shape = ImageShape(channels: 1, height: side, width: side)
    #expect(try folder.pictures(.round(1), shape: shape) == pictures)
  }

  @Test func pixelsThatCannotBeCountedAreNone() {
    #expect(PictureSheet.pixelCount(of: 3, each: 4, 1 << 62) == nil)
    #expect(PictureSheet.pixelCount(of: .max, each: 4, 4) == nil)
    #expect(PictureSheet.pixelCount(of: 3, each: 4, 5) == 120)
  }

  @Test(arguments: [1, 39, 40, 41, 95], [1, 3])
  func whatIsKeptComesBack(count: Int, channels: Int) throws {
    let pictures = (0..<count).map { number in
      Picture(
        width: 3, height: 2, channels: channels,
        samples: (0..<6 * channels).map { UInt8((number * 7 + $0 * 31) % 256) })
    }
    let sheet = PictureSheet(pictures).drawn()
    #expect(sheet.width == 3 * min(40, count))
    let read = PictureSheet(
      reading: sheet, count: count, width: 3, height: 2, channels: channels)
    #expect(read?.pictures == pictures)
    #expect(
      PictureSheet(reading: sheet, count: count + 40, width: 3, height: 2, channels: channels)
        == nil)
  }
}
