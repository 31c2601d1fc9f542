import Crypto
import Foundation
import ThreatModels

/// How pictures are put into the body of a request.
struct BodyTemplate: Hashable, Sendable {
  /// In which order the numbers of a picture stand in an array.
  enum Layout: String, Hashable, Sendable, CaseIterable {
    /// Channel by channel.
    case chw
    /// Pixel by pixel.
    case hwc
  }

  /// What the body is made of.
  enum Form: Hashable, Sendable {
    /// JSON text. With an item, `{{items}}` stands for items with commas between them.
    case json(String, item: String?)
    /// Parts of a form: names, and texts or a picture.
    case multipart([Part])
  }

  /// One part of a form.
  struct Part: Hashable, Sendable {
    var name: String
    var text: String
  }

  /// What stands for a picture in a template, and how the picture is sent then.
  private enum Placeholder: String, CaseIterable {
    case pngText = "png_base64"
    case jpegText = "jpeg_base64"
    case array
    case byteArray = "byte_array"
    case png
    case jpeg

    /// Whether it stands for text within JSON, and not for a file.
    var isText: Bool { self != .png && self != .jpeg }

    func encoding(quality: Int) -> PictureEncoding {
      switch self {
      case .png, .pngText: .png
      case .jpeg, .jpegText: .jpeg(quality: quality)
      case .array: .floats
      case .byteArray: .bytes
      }
    }

    var text: String { "{{\(rawValue)}}" }
  }

  /// The form.
  let form: Form
  /// How pictures are sent.
  let encoding: PictureEncoding
  private let placeholder: Placeholder
  /// The order of numbers in arrays.
  let layout: Layout
  private let shape: ImageShape

  /// A template.
  ///
  /// - Parameters:
  ///   - form: the body with placeholders.
  ///   - quality: of JPEG files, 1…100.
  ///   - layout: of arrays.
  ///   - shape: of one picture.
  /// - Returns: nothing if the template does not hold exactly one picture where one is wanted, or does
  ///   not give JSON.
  init?(_ form: Form, quality: Int, layout: Layout, shape: ImageShape) {
    let places: [String]
    switch form {
    case .json(let text, let item):
      if let item {
        guard text.components(separatedBy: "{{items}}").count == 2 else { return nil }
        places = [item]
      } else {
        places = [text]
      }
    case .multipart(let parts): places = parts.map(\.text)
    }
    let isJSON = if case .json = form { true } else { false }
    let found = Placeholder.allCases.filter { placeholder in
      places.contains { $0.contains(placeholder.text) }
    }
    guard found.count == 1, found[0].isText == isJSON else { return nil }
    // A file is a part of its own.
    guard isJSON || places.allSatisfy({ $0 == found[0].text || !$0.contains(found[0].text) }) else {
      return nil
    }
    placeholder = found[0]
    encoding = placeholder.encoding(quality: quality)
    self.form = form
    self.layout = layout
    self.shape = shape
    guard isJSON else { return }
    let sample = EncodedPicture(
      bytes: [UInt8](
        repeating: 0, count: shape.sizes.reduce(encoding == .floats ? 4 : 1, *)), isRounded: false)
    let body = Data(filled(with: [sample]).bytes)
    guard (try? JSONSerialization.jsonObject(with: body, options: .fragmentsAllowed)) != nil else {
      return nil
    }
  }

  /// The body of a request about pictures, and its content type.
  func filled(with pictures: [EncodedPicture]) -> (bytes: [UInt8], type: String) {
    switch form {
    case .json(let text, nil):
      return (Array(inserting(pictures[0], into: text).utf8), "application/json")
    case .json(let text, let item?):
      let items = pictures.map { inserting($0, into: item) }.joined(separator: ",")
      let body = text.replacingOccurrences(of: "{{items}}", with: items)
      return (Array(body.utf8), "application/json")
    case .multipart(let parts): return multipart(parts, with: pictures[0])
    }
  }

  private func inserting(_ picture: EncodedPicture, into text: String) -> String {
    text.replacingOccurrences(of: placeholder.text, with: self.text(for: picture))
  }

  private func text(for picture: EncodedPicture) -> String {
    switch placeholder {
    case .png, .jpeg, .pngText, .jpegText: Data(picture.bytes).base64EncodedString()
    case .byteArray: array(of: picture.bytes)
    case .array: array(of: PictureEncoding.floats.numbers(in: picture.bytes))
    }
  }

  /// Three levels of brackets around numbers that stand channel by channel.
  private func array(of values: [some CustomStringConvertible]) -> String {
    let (channels, rows, columns) = (shape.channels, shape.height, shape.width)
    func list(_ count: Int, _ element: (Int) -> String) -> String {
      "[" + (0..<count).map(element).joined(separator: ",") + "]"
    }
    func value(_ channel: Int, _ row: Int, _ column: Int) -> String {
      values[(channel * rows + row) * columns + column].description
    }
    return switch layout {
    case .chw: list(channels) { c in list(rows) { r in list(columns) { value(c, r, $0) } } }
    case .hwc: list(rows) { r in list(columns) { c in list(channels) { value($0, r, c) } } }
    }
  }

  private func multipart(
    _ parts: [Part], with picture: EncodedPicture
  ) -> (bytes: [UInt8], type: String) {
    // The same picture gives the same body. A file that holds its own digest cannot be made.
    let boundary =
      "adversary-" + SHA256.hash(data: picture.bytes).map { String($0, radix: 16) }.joined()
    let kind = placeholder == .png ? "png" : "jpeg"
    var bytes: [UInt8] = []
    for part in parts {
      let isPicture = part.text == placeholder.text
      let file = isPicture ? "; filename=\"picture.\(kind)\"\r\nContent-Type: image/\(kind)" : ""
      bytes +=
        "--\(boundary)\r\nContent-Disposition: form-data; name=\"\(part.name)\"\(file)\r\n\r\n"
        .utf8
      bytes += isPicture ? picture.bytes : Array(part.text.utf8)
      bytes += "\r\n".utf8
    }
    bytes += "--\(boundary)--\r\n".utf8
    return (bytes, "multipart/form-data; boundary=\(boundary)")
  }
}
