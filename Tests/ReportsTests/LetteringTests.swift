import Imaging
import Testing

@testable import Reports

@Suite struct LetteringTests {
  static let printable = (32..<127).map { Character(Unicode.Scalar(UInt8($0))) }

  @Test func everyPrintableSignHasAGlyphOfItsOwn() throws {
    let glyphs = try Self.printable.map { try #require(BitmapFont.glyph(for: $0)) }
    #expect(Set(glyphs).count == 95)
    #expect(glyphs.allSatisfy { $0.rows.count == BitmapFont.height && (1...5).contains($0.width) })
    #expect(glyphs.dropFirst().allSatisfy { $0.rows.contains { $0 != 0 } })
  }

  @Test(arguments: ["g", "j", "p", "q", "y"])
  func descendersGoBelowTheLine(_ letter: Character) throws {
    let glyph = try #require(BitmapFont.glyph(for: letter))
    #expect(glyph.rows[BitmapFont.capitalHeight] != 0)
  }

  @Test(arguments: [1, 2, 5])
  func theMeasuredWidthIsTheDrawnOne(scale: Int) throws {
    let lettering = Lettering(scale: scale)
    var picture = Samples.colour(120 * scale, 12 * scale, 255)
    picture.write("Mining log", column: 3, row: 1, lettering: lettering)
    let extent = try #require(picture.inkExtent)
    #expect(extent.columns == 3..<3 + lettering.width(of: "Mining log"))
    #expect(extent.rows == 1..<1 + lettering.height)
  }

  @Test func lettersHaveTheirColour() {
    var picture = Samples.colour(10, 10, 255)
    picture.write("|", column: 2, row: 0, lettering: Lettering(scale: 1, colour: .vermilion))
    #expect(picture.pixel(2, 0) == [184, 74, 0])
    #expect(picture.pixel(3, 0) == [255, 255, 255])
  }

  @Test func lettersOutsideThePictureAreLeftOut() {
    for picture in [Samples.colour(9, 5, 255), Samples.grey(9, 5, 255)] {
      var picture = picture
      picture.write("WWWWWW", column: -7, row: -3, lettering: Lettering(scale: 3))
      picture.write("W", column: 500, row: 500, lettering: Lettering(scale: 3))
      #expect(picture.samples.count == 9 * 5 * picture.channels)
    }
  }

  @Test(arguments: [
    ("école", "ecole"), ("Straße", "Strasse"), ("×16", "x16"), ("a…b", "a...b"), ("停", "?"),
    ("a\u{7}b\n", "a?b?"), ("5 %", "5 %"),
  ])
  func signsAreSpelledInASCII(text: String, spelled: String) {
    #expect(text.spelledInASCII == spelled)
  }

  @Test func longTextsAreShortenedToFit() {
    let lettering = Lettering(scale: 2)
    let name = "end of no passing by vehicles"
    #expect(lettering.shortened("stop", toWidth: 100) == "stop")
    for limit in stride(from: 0, to: 400, by: 7) {
      let short = lettering.shortened(name, toWidth: limit)
      #expect(lettering.width(of: short) <= limit)
      #expect(short == name || short.isEmpty || short.hasSuffix(".."))
    }
    #expect(lettering.shortened(name, toWidth: 90).hasPrefix("end of"))
  }
}
