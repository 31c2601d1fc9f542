import Imaging
import Testing

@Suite("JPEG")
struct JPEGTests {
  @Test("grey and colour come back with their channels", arguments: [1, 3])
  func channels(_ channels: Int) throws {
    let picture = Picture(width: 19, height: 11, filledWith: Array([200, 60, 10].prefix(channels)))
    let decoded = try Picture(decoding: JPEGFile.encoding(picture))
    #expect(decoded.width == 19 && decoded.height == 11 && decoded.channels == channels)
    // One colour survives the encoder to within its rounding.
    #expect(zip(decoded.samples, picture.samples).allSatisfy { abs(Int($0) - Int($1)) <= 2 })
  }

  @Test("four inks are refused")
  func inks() {
    let error = #expect(throws: ImagingError.self) {
      try Picture(decoding: JPEGFile.encodingInks(width: 8, height: 8))
    }
    #expect(error?.reason == .fourInks)
  }

  /// The quarters of the upright picture, by name in the stored one, for every orientation.
  static let orientations: [(UInt8, String)] = [
    (1, "abcd"), (2, "badc"), (3, "dcba"), (4, "cdab"), (5, "acbd"), (6, "cadb"), (7, "dbca"),
    (8, "bdac"), (0, "abcd"), (9, "abcd"),
  ]

  @Test("a picture comes out upright", arguments: orientations, [true, false])
  func orientation(row: (declared: UInt8, quarters: String), littleEndian: Bool) throws {
    let shades: [Character: UInt8] = ["a": 10, "b": 90, "c": 170, "d": 250]
    let stored = Picture(
      width: 16, height: 32, channels: 1,
      samples: (0..<512).map { index in
        let quarter = (index % 16 / 8) + (index / 16 / 16) * 2
        return [10, 90, 170, 250][quarter]
      })
    let upright = try Picture(
      decoding: JPEGFile.declaring(
        orientation: row.declared, in: JPEGFile.encoding(stored), littleEndian: littleEndian))
    let turned = (5...8).contains(row.declared)
    #expect(upright.width == (turned ? 32 : 16) && upright.height == (turned ? 16 : 32))
    let corners = [
      upright.samples[0], upright.samples[upright.width - 1],
      upright.samples[upright.samples.count - upright.width], upright.samples[511],
    ]
    #expect(corners == row.quarters.map { shades[$0] })
  }

  @Test("every cut of a file is refused")
  func truncation() throws {
    let file = JPEGFile.encoding(.drawn(width: 17, height: 9, channels: 3))
    for count in 0..<(file.count - 2) {
      let error = #expect(throws: ImagingError.self) {
        try Picture(decoding: Array(file.prefix(count)))
      }
      #expect(error?.isDamaged == true || (count < 3 && error?.reason == .notAPicture))
    }
  }

  @Test("a header that promises too much is refused before memory is taken")
  func size() throws {
    var file = JPEGFile.encoding(.drawn(width: 16, height: 16, channels: 1))
    let frame = try #require(
      file.indices.dropLast().first { file[$0] == 0xFF && file[$0 + 1] == 0xC0 })
    file.replaceSubrange((frame + 5)..<(frame + 9), with: [0xFD, 0xE8, 0xFD, 0xE8])
    let error = #expect(throws: ImagingError.self) { try Picture(decoding: file) }
    #expect(error?.reason == .tooLarge(width: 65_000, height: 65_000))
  }

  @Test("flipped bits never trap")
  func flippedBits() {
    let file = JPEGFile.declaring(
      orientation: 6, in: JPEGFile.encoding(.drawn(width: 17, height: 9, channels: 3)),
      littleEndian: true)
    var decoded = 0
    for index in file.indices {
      var changed = file
      changed[index] ^= 1 << (index % 8)
      if (try? Picture(decoding: changed)) != nil { decoded += 1 }
    }
    // JPEG has no checksums: many changes are just other pictures.
    #expect(decoded > 0 && decoded < file.count)
  }
}
