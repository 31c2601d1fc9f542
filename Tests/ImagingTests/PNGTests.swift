import Imaging
import Testing

@Suite("PNG")
struct PNGTests {
  @Test("what is written is read back exactly", arguments: [1, 3], [(1, 1), (7, 5), (224, 224)])
  func roundTrip(channels: Int, size: (width: Int, height: Int)) throws {
    let picture = Picture.drawn(width: size.width, height: size.height, channels: channels)
    #expect(try Picture(decoding: picture.pngData()) == picture)
  }

  @Test("every cut of a file is refused as damaged or not a picture")
  func truncation() throws {
    let file = try Picture.drawn(width: 9, height: 7, channels: 3).pngData()
    for count in 0..<file.count {
      let reason = #expect(throws: ImagingError.self) {
        try Picture(decoding: Array(file.prefix(count)))
      }?.reason
      if count < 8 {
        #expect(reason == .notAPicture)
      } else if case .damaged(.png, _)? = reason {
      } else {
        Issue.record("\(count) bytes gave \(String(describing: reason))")
      }
    }
  }
}
