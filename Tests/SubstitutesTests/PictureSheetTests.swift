import Imaging
import TestKit
import Testing

@testable import Substitutes

struct PictureSheetTests {
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
