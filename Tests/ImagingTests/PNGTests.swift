import Imaging
import Testing

@Suite("PNG")
struct PNGTests {
  @Test("what is written is read back exactly", arguments: [1, 3], [(1, 1), (7, 5), (224, 224)])
  func roundTrip(channels: Int, size: (width: Int, height: Int)) throws {
    let picture = Picture.drawn(width: size.width, height: size.height, channels: channels)
    #expect(try Picture(decoding: picture.pngData()) == picture)
  }

  struct Understood: Sendable, CustomTestStringConvertible {
    var testDescription: String
    var file: PNGFile
    var channels: Int
    var samples: [UInt8]
  }

  static let understood = [
    Understood(
      testDescription: "1 bit grey",
      file: PNGFile(width: 3, height: 1, bits: 1, rows: [0, 0b1010_0000]),
      channels: 1, samples: [255, 0, 255]),
    Understood(
      testDescription: "2 bit grey",
      file: PNGFile(width: 4, height: 1, bits: 2, rows: [0, 0b0001_1011]),
      channels: 1, samples: [0, 85, 170, 255]),
    Understood(
      testDescription: "4 bit grey",
      file: PNGFile(width: 2, height: 1, bits: 4, rows: [0, 0x3F]),
      channels: 1, samples: [51, 255]),
    Understood(
      testDescription: "palette",
      file: PNGFile(
        width: 2, height: 1, bits: 4, colourType: 3, palette: [1, 2, 3, 4, 5, 6], rows: [0, 0x10]),
      channels: 3, samples: [4, 5, 6, 1, 2, 3]),
    Understood(
      testDescription: "palette with opaque transparency chunk",
      file: PNGFile(
        width: 2, height: 1, colourType: 3, palette: [1, 2, 3, 4, 5, 6],
        transparency: [255, 255], rows: [0, 1, 0]),
      channels: 3, samples: [4, 5, 6, 1, 2, 3]),
    Understood(
      testDescription: "opaque grey and alpha",
      file: PNGFile(width: 2, height: 1, colourType: 4, rows: [0, 7, 255, 9, 255]),
      channels: 1, samples: [7, 9]),
    Understood(
      testDescription: "opaque RGB and alpha",
      file: PNGFile(
        width: 2, height: 1, colourType: 6, rows: [0, 1, 2, 3, 255, 4, 5, 6, 255]),
      channels: 3, samples: [1, 2, 3, 4, 5, 6]),
    Understood(
      testDescription: "a transparent colour that no pixel has",
      file: PNGFile(
        width: 1, height: 1, colourType: 2, transparency: [0, 1, 0, 2, 0, 4], rows: [0, 1, 2, 3]),
      channels: 3, samples: [1, 2, 3]),
    Understood(
      // Passes of 2×2: 1 holds the first pixel, 6 the one beside it, 7 the second row.
      testDescription: "interlaced",
      file: PNGFile(width: 2, height: 2, interlaced: true, rows: [0, 10, 0, 20, 0, 30, 40]),
      channels: 1, samples: [10, 20, 30, 40]),
  ]

  @Test("every kind of 8-bit content is understood", arguments: understood)
  func kinds(_ row: Understood) throws {
    let picture = try Picture(decoding: row.file.bytes)
    #expect(picture.channels == row.channels)
    #expect(picture.width == row.file.width && picture.height == row.file.height)
    #expect(picture.samples == row.samples)
  }

  struct Refused: Sendable, CustomTestStringConvertible {
    var testDescription: String
    var file: PNGFile
    var reason: ImagingError.Reason
  }

  static let refused = [
    Refused(
      testDescription: "16 bits",
      file: PNGFile(width: 1, height: 1, bits: 16, rows: [0, 1, 2]), reason: .bitsPerChannel(16)),
    Refused(
      testDescription: "translucent alpha",
      file: PNGFile(width: 1, height: 1, colourType: 6, rows: [0, 1, 2, 3, 254]),
      reason: .translucent),
    Refused(
      testDescription: "a palette entry that is transparent",
      file: PNGFile(
        width: 1, height: 1, colourType: 3, palette: [1, 2, 3], transparency: [0], rows: [0, 0]),
      reason: .translucent),
    Refused(
      testDescription: "a pixel of the transparent colour",
      file: PNGFile(
        width: 1, height: 1, colourType: 2, transparency: [0, 1, 0, 2, 0, 3], rows: [0, 1, 2, 3]),
      reason: .translucent),
    Refused(
      testDescription: "a side that is too long",
      file: PNGFile(width: 65_536, height: 1, rows: [0]),
      reason: .tooLarge(width: 65_536, height: 1)),
    Refused(
      testDescription: "too many pixels",
      file: PNGFile(width: 60_000, height: 60_000, rows: [0]),
      reason: .tooLarge(width: 60_000, height: 60_000)),
    Refused(
      testDescription: "the largest size that a header can hold",
      file: PNGFile(width: 0x7FFF_FFFF, height: 0x7FFF_FFFF, bits: 16, colourType: 6, rows: [0]),
      reason: .tooLarge(width: 0x7FFF_FFFF, height: 0x7FFF_FFFF)),
    Refused(
      testDescription: "fewer rows than the header says",
      file: PNGFile(width: 1, height: 9, rows: [0, 1]),
      reason: .damaged(.png, "Not enough image data")),
  ]

  @Test("what cannot be kept exactly is refused for its reason", arguments: refused)
  func refusals(_ row: Refused) {
    let error = #expect(throws: ImagingError.self) { try Picture(decoding: row.file.bytes) }
    #expect(error?.reason == row.reason)
  }

  @Test("every cut of a file is refused as damaged or not a picture")
  func truncation() throws {
    let file = try Picture.drawn(width: 9, height: 7, channels: 3).pngData()
    for count in 0..<file.count {
      let error = #expect(throws: ImagingError.self) {
        try Picture(decoding: Array(file.prefix(count)))
      }
      if count < 8 {
        #expect(error?.reason == .notAPicture)
      } else {
        #expect(error?.isDamaged == true, "\(count) bytes of \(file.count)")
      }
    }
  }

  @Test("a flipped bit is refused or changes nothing, and never traps")
  func flippedBits() throws {
    let picture = Picture.drawn(width: 9, height: 7, channels: 3)
    let file = try picture.pngData()
    for index in file.indices {
      for bit in 0..<8 {
        var changed = file
        changed[index] ^= 1 << bit
        // Every chunk carries a checksum, so a change cannot pass for another picture.
        if let decoded = try? Picture(decoding: changed) { #expect(decoded == picture) }
      }
    }
  }
}
