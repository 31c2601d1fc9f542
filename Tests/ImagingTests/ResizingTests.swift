import Imaging
import Testing

@Suite("Resizing")
struct ResizingTests {
  struct Reference: Sendable, CustomTestStringConvertible {
    var source: (width: Int, height: Int, channels: Int)
    var target: (width: Int, height: Int)
    var samples: [UInt8]
    var testDescription: String { "\(source) to \(target)" }
  }

  /// Recorded with Pillow 13.0.0: `resize(…, BILINEAR)` of columns, then of rows.
  static let references = [
    Reference(
      source: (13, 11, 1), target: (5, 4),
      samples: [
        225, 190, 43, 34, 41, 66, 65, 46, 53, 63, 47, 55, 64, 87, 143, 65, 81, 132, 133, 123,
      ]),
    Reference(
      source: (4, 3, 1), target: (7, 5),
      samples: [
        255, 254, 252, 251, 249, 247, 246, 252, 251, 249, 248, 246, 244, 243, 248, 247, 245, 244,
        242, 240, 239, 244, 243, 241, 240, 238, 236, 235, 241, 240, 238, 237, 235, 233, 232,
      ]),
    Reference(
      source: (10, 8, 3), target: (3, 2),
      samples: [174, 17, 16, 101, 29, 59, 36, 41, 94, 48, 37, 108, 53, 77, 124, 59, 111, 137]),
    Reference(
      source: (6, 9, 1), target: (6, 4),
      samples: [
        249, 246, 243, 240, 237, 21, 99, 99, 100, 101, 102, 35, 36, 39, 42, 45, 48, 51, 50, 53, 56,
        59, 62, 65,
      ]),
  ]

  @Test("samples equal the reference", arguments: references)
  func reference(_ row: Reference) {
    let source = Picture.drawn(
      width: row.source.width, height: row.source.height, channels: row.source.channels)
    let resized = source.resized(width: row.target.width, height: row.target.height)
    #expect(resized.width == row.target.width && resized.height == row.target.height)
    #expect(resized.samples == row.samples)
  }

  @Test("the same size changes nothing")
  func identity() {
    let picture = Picture.drawn(width: 31, height: 17, channels: 3)
    #expect(picture.resized(width: 31, height: 17) == picture)
    #expect(picture.resizedAndCropped(toWidth: 31, height: 17) == picture)
  }

  @Test("one colour stays one colour", arguments: [(1, 1), (3, 200), (64, 64)])
  func oneColour(size: (width: Int, height: Int)) {
    let picture = Picture(width: 37, height: 53, filledWith: [1, 128, 255])
    #expect(
      picture.resized(width: size.width, height: size.height)
        == Picture(width: size.width, height: size.height, filledWith: [1, 128, 255]))
  }

  @Test(
    "covering and cropping at once equals doing one after the other",
    arguments: [
      // source, target, size that just covers the target
      ((40, 30), (16, 16), (21, 16)),
      ((30, 40), (16, 16), (16, 21)),
      ((10, 33), (20, 8), (20, 66)),
      ((33, 10), (8, 20), (66, 20)),
    ] as [((Int, Int), (Int, Int), (Int, Int))])
  func covering(source: (Int, Int), target: (Int, Int), covering: (Int, Int)) {
    let picture = Picture.drawn(width: source.0, height: source.1, channels: 3)
    #expect(
      picture.resizedAndCropped(toWidth: target.0, height: target.1)
        == picture.resized(width: covering.0, height: covering.1)
        .centreCropped(width: target.0, height: target.1))
  }

  @Test("a picture like a thread costs no more than another")
  func thread() {
    let thread = Picture(width: 1, height: Picture.maximumSide, filledWith: [7])
    #expect(
      thread.resizedAndCropped(toWidth: 224, height: 224)
        == Picture(width: 224, height: 224, filledWith: [7]))
  }

  @Test(
    "half a pixel goes to the even side",
    arguments: [(5, 0...3), (7, 2...5), (8, 2...5), (9, 2...5)])
  func centre(width: Int, kept: ClosedRange<Int>) {
    let picture = Picture(
      width: width, height: 1, channels: 1, samples: (0..<UInt8(width)).map { $0 })
    #expect(
      picture.centreCropped(width: 4, height: 1).samples == kept.map { UInt8($0) })
  }

  @Test("grey and colour convert as Pillow does")
  func channels() {
    // Recorded with Pillow 13.0.0: `convert("L")`.
    let colours = Picture(
      width: 5, height: 1, channels: 3,
      samples: [255, 0, 0, 0, 255, 0, 0, 0, 255, 10, 20, 30, 255, 255, 255])
    let grey = colours.converted(toChannels: 1)
    #expect(grey.samples == [76, 150, 29, 18, 255])
    #expect(grey.converted(toChannels: 3).samples.prefix(6) == [76, 76, 76, 150, 150, 150])
    #expect(grey.converted(toChannels: 3).converted(toChannels: 1) == grey)
  }
}
