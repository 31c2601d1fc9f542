import Foundation
import Imaging
import ProgramFormats
import ThreatModels

extension SubstituteFolder {
  /// Pictures that the service was asked about together, in one picture for people to look at.
  enum Sheet {
    /// The seeds that are not learned from.
    case heldOut
    /// What a round asked about.
    case round(Int)

    /// What the file's name begins with; how many there are follows.
    var stem: String {
      switch self {
      case .heldOut: "held-out"
      case .round(let number): String(format: "round-%02d", number)
      }
    }
  }

  /// Keeps pictures that the service is about to be asked about, if there are any.
  func keep(_ pictures: [Picture], as sheet: Sheet) throws(SubstituteError) {
    let path = "\(roundsPath)/\(sheet.stem)-\(pictures.count).png"
    if pictures.isEmpty { return }
    do {
      try write(Data(PictureSheet(pictures).drawn().pngData()), to: path)
    } catch let error as SubstituteError {
      throw error
    } catch {
      throw .unwritable(path, "\(error)")
    }
  }

  /// The pictures of a sheet; nothing if it is not there.
  func pictures(_ sheet: Sheet, shape: ImageShape) throws(SubstituteError) -> [Picture]? {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: roundsPath)) ?? []
    let start = sheet.stem + "-"
    guard
      let name = names.first(where: {
        $0.hasPrefix(start) && $0.hasSuffix(".png") && !FileReplacement.isLeftover($0)
      })
    else { return nil }
    let path = "\(roundsPath)/\(name)"
    // Together the pictures of a round may be larger than any picture that a stranger may bring.
    guard let count = Int(name.dropFirst(start.count).dropLast(4)), count > 0,
      let size = PictureSheet.pixelCount(of: count, each: shape.width, shape.height),
      let data = FileManager.default.contents(atPath: path),
      let sheet = try? Picture(decoding: [UInt8](data), maximumPixels: size),
      let pictures = PictureSheet(
        reading: sheet, count: count, width: shape.width, height: shape.height,
        channels: shape.channels)
    else { throw .damaged(path, "it is not the sheet of pictures that its name says") }
    return pictures.pictures
  }
}
